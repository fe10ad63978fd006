#include "csimdjson.h"
#include <algorithm>
#include <new>
#include <simdjson.h>
#include <sys/mman.h>

struct sj_doc {
  simdjson::dom::document document;
};

/* The tape is allocated for the worst case, eight bytes for each byte of the text, and mostly a tenth of it is written. Where
   malloc reused memory for it, the pages that lie behind its end are given back; reading them would find zeros. */
static void release_slack(uint64_t *tape, size_t capacity) {
  const uintptr_t page = 4096, worthwhile = 256 * 1024;
  const size_t used = tape[0] & ((uint64_t(1) << 56) - 1);
  const uintptr_t begin = (reinterpret_cast<uintptr_t>(tape + used) + page - 1) & ~(page - 1);
  const uintptr_t end = reinterpret_cast<uintptr_t>(tape + capacity) & ~(page - 1);
  if (end > begin && end - begin >= worthwhile) madvise(reinterpret_cast<void *>(begin), end - begin, MADV_DONTNEED);
}

sj_doc *sj_parse(const uint8_t *bytes, size_t length, int *error) {
  auto *doc = new (std::nothrow) sj_doc;
  if (!doc) {
    *error = simdjson::MEMALLOC;
    return nullptr;
  }
  /* The parser's own memory, five bytes for each of the text, goes with this call. */
  simdjson::dom::parser parser;
  *error = static_cast<int>(parser.parse_into_document(doc->document, bytes, length).error());
  if (*error) {
    delete doc;
    return nullptr;
  }
  release_slack(doc->document.tape.get(), doc->document.capacity());
  return doc;
}

sj_doc *sj_copy(const uint64_t *tape, size_t words, const uint8_t *strings, size_t length) {
  auto *doc = new sj_doc;
  doc->document.tape.reset(new uint64_t[words + 1]);
  doc->document.string_buf.reset(new uint8_t[length + 1]);
  std::copy_n(tape, words, doc->document.tape.get());
  std::copy_n(strings, length, doc->document.string_buf.get());
  return doc;
}

sj_memory sj_memory_of(sj_doc *doc) { return {doc, doc->document.tape.get(), doc->document.string_buf.get()}; }
const char *sj_error_message(int error) { return simdjson::error_message(static_cast<simdjson::error_code>(error)); }
void sj_free(sj_doc *doc) { delete doc; }
