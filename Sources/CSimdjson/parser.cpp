#include "csimdjson.h"
#include <new>
#include <simdjson.h>

struct sj_parser {
  simdjson::dom::parser parser;
  uint8_t *room = nullptr;
  size_t capacity = 0;
  ~sj_parser() { delete[] room; }
};

sj_parser *sj_parser_new(void) { return new (std::nothrow) sj_parser; }

uint8_t *sj_parser_room(sj_parser *parser, size_t length) {
  if (length > parser->capacity) {
    delete[] parser->room;
    /* simdjson reads a little beyond the text's end. */
    parser->room = new (std::nothrow) uint8_t[length + simdjson::SIMDJSON_PADDING]();
    parser->capacity = parser->room ? length : 0;
  }
  return parser->room;
}

int sj_parser_parse(sj_parser *parser, size_t length, const uint64_t **tape, const uint8_t **strings) {
  *tape = nullptr;
  *strings = nullptr;
  if (length > parser->capacity) return simdjson::CAPACITY;
  const auto error = parser->parser.parse(parser->room, length, false).error();
  if (error) return static_cast<int>(error);
  *tape = parser->parser.doc.tape.get();
  *strings = parser->parser.doc.string_buf.get();
  return 0;
}

void sj_parser_free(sj_parser *parser) { delete parser; }
