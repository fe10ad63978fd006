#include "csimdjson.h"
#include <new>
#include <simdjson.h>

struct sj_doc {
  simdjson::dom::parser parser;
};

sj_doc *sj_parse(const uint8_t *bytes, size_t length, int *error) {
  auto *doc = new (std::nothrow) sj_doc;
  if (!doc) {
    *error = simdjson::MEMALLOC;
    return nullptr;
  }
  auto result = doc->parser.parse(bytes, length);
  *error = static_cast<int>(result.error());
  if (*error) {
    delete doc;
    return nullptr;
  }
  return doc;
}

const uint64_t *sj_tape(const sj_doc *doc) { return doc->parser.doc.tape.get(); }
const uint8_t *sj_strings(const sj_doc *doc) { return doc->parser.doc.string_buf.get(); }
const char *sj_error_message(int error) { return simdjson::error_message(static_cast<simdjson::error_code>(error)); }
void sj_free(sj_doc *doc) { delete doc; }
