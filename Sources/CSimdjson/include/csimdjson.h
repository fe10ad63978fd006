/* simdjson's DOM parser behind a C interface, for Swift. It parses and hands out the tape and the string buffer;
   Swift walks the tape itself. Format: https://github.com/simdjson/simdjson/blob/master/doc/tape.md */
#ifndef OBS_CSIMDJSON_H
#define OBS_CSIMDJSON_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct sj_doc sj_doc;

/* Parses `length` bytes. Returns NULL and sets *error to simdjson's error code when they are refused. */
sj_doc *_Nullable sj_parse(const uint8_t *_Nonnull bytes, size_t length, int *_Nonnull error);
/* A document with copies of a tape and of its strings. */
sj_doc *_Nonnull sj_copy(
  const uint64_t *_Nonnull tape, size_t words, const uint8_t *_Nonnull strings, size_t length);
/* Where a document's memory lies, until sj_free. It is written before this is handed out and never after that, so threads may
   share it: that is what the attribute tells Swift, which otherwise takes no pointer for Sendable. */
typedef struct __attribute__((swift_attr("@Sendable"))) sj_memory {
  sj_doc *_Nonnull owner;
  /* The tape: word 0 is the root; its payload is the number of words. */
  const uint64_t *_Nonnull tape;
  /* Strings: a little-endian uint32 length, the bytes, a NUL; tape payloads are offsets into it. */
  const uint8_t *_Nonnull strings;
} sj_memory;
sj_memory sj_memory_of(sj_doc *_Nonnull doc);
const char *_Nonnull sj_error_message(int error);
void sj_free(sj_doc *_Nullable doc);

/* A parser whose memory serves for one text after the other: many small texts are parsed in a cache's worth of it. */
typedef struct sj_parser sj_parser;
sj_parser *_Nullable sj_parser_new(void);
/* Room for a text of `length` bytes, to be written before sj_parser_parse; NULL when there is no memory. */
uint8_t *_Nullable sj_parser_room(sj_parser *_Nonnull parser, size_t length);
/* Parses what stands in the room. Tape and strings are good until the next call. 0, or simdjson's error code. */
int sj_parser_parse(sj_parser *_Nonnull parser, size_t length, const uint64_t *_Nullable *_Nonnull tape,
                    const uint8_t *_Nullable *_Nonnull strings);
void sj_parser_free(sj_parser *_Nullable parser);

/* Where the object or array ends that begins at `start`: the offset behind its last byte; 0 where it does not end.
   Only brackets and strings are looked at: what stands between may still be no JSON. */
size_t sj_skip(const uint8_t *_Nonnull bytes, size_t length, size_t start);
/* Reads a decimal number, NaN or infinity that takes all of the bytes; 1 where it is one. Many times as fast as strtod, and as exact. */
int sj_number(const uint8_t *_Nonnull bytes, size_t length, double *_Nonnull value);
#ifdef __cplusplus
}
#endif
#endif
