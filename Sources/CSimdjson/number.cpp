#include "csimdjson.h"
#include <charconv>

int sj_number(const uint8_t *bytes, size_t length, double *value) {
  const char *first = reinterpret_cast<const char *>(bytes), *last = first + length;
  /* from_chars takes no plus sign; Prometheus writes one before infinity and in exponents alone. */
  if (length > 1 && *first == '+' && first[1] != '-') ++first;
  const auto result = std::from_chars(first, last, *value);
  return result.ec == std::errc() && result.ptr == last ? 1 : 0;
}
