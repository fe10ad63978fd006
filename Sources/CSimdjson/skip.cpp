#include "csimdjson.h"
#include <cstring>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* One bit for each of 64 bytes. An opening and a closing bracket differ from the brace of their side by one bit, 0x20. */
struct sj_block {
  uint64_t quotes, backslashes, opening, closing;
};

static inline sj_block classify(const uint8_t *bytes) {
  sj_block block = {0, 0, 0, 0};
#ifdef __SSE2__
  const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), bit = _mm_set1_epi8(0x20);
  const __m128i open = _mm_set1_epi8('{'), close = _mm_set1_epi8('}');
  for (int part = 0; part < 4; part++) {
    const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes + 16 * part));
    const __m128i folded = _mm_or_si128(text, bit);
    const int shift = 16 * part;
    block.quotes |= uint64_t(uint32_t(_mm_movemask_epi8(_mm_cmpeq_epi8(text, quote)))) << shift;
    block.backslashes |= uint64_t(uint32_t(_mm_movemask_epi8(_mm_cmpeq_epi8(text, backslash)))) << shift;
    block.opening |= uint64_t(uint32_t(_mm_movemask_epi8(_mm_cmpeq_epi8(folded, open)))) << shift;
    block.closing |= uint64_t(uint32_t(_mm_movemask_epi8(_mm_cmpeq_epi8(folded, close)))) << shift;
  }
#else
  for (int place = 0; place < 64; place++) {
    const uint64_t mark = uint64_t(1) << place;
    const uint8_t byte = bytes[place];
    if (byte == '"') block.quotes |= mark;
    if (byte == '\\') block.backslashes |= mark;
    if ((byte | 0x20) == '{') block.opening |= mark;
    if ((byte | 0x20) == '}') block.closing |= mark;
  }
#endif
  return block;
}

/* The bytes that a backslash escapes. Runs of backslashes that begin at an odd place are told from the others by adding them:
   the carry runs through a run and comes out behind its end. As in simdjson's json_string_scanner. */
static inline uint64_t escaped_by(uint64_t backslashes, uint64_t *carry) {
  if (!backslashes) {
    const uint64_t escaped = *carry;
    *carry = 0;
    return escaped;
  }
  const uint64_t even = 0x5555555555555555ULL;
  backslashes &= ~*carry;
  const uint64_t follows = backslashes << 1 | *carry;
  const uint64_t odd_starts = backslashes & ~even & ~follows;
  unsigned long long runs;
  *carry = __builtin_add_overflow((unsigned long long)odd_starts, (unsigned long long)backslashes, &runs) ? 1 : 0;
  return (even ^ (uint64_t(runs) << 1)) & follows;
}

/* Every bit becomes the exclusive or of itself and all below it: between two quotes it is 1. */
static inline uint64_t between(uint64_t quotes) {
  for (int shift = 1; shift < 64; shift *= 2) quotes ^= quotes << shift;
  return quotes;
}

size_t sj_skip(const uint8_t *bytes, size_t length, size_t start) {
  int64_t depth = 0;
  uint64_t carry = 0, inside = 0;
  for (size_t place = start; place < length; place += 64) {
    uint8_t tail[64];
    const uint8_t *text = bytes + place;
    if (length - place < 64) {
      memset(tail, ' ', sizeof tail);
      memcpy(tail, text, length - place);
      text = tail;
    }
    const sj_block block = classify(text);
    const uint64_t quotes = block.quotes & ~escaped_by(block.backslashes, &carry);
    const uint64_t strings = between(quotes) ^ inside;
    inside = strings >> 63 ? ~uint64_t(0) : 0;
    const uint64_t opening = block.opening & ~strings, closing = block.closing & ~strings;
    const int closed = __builtin_popcountll(closing);
    if (closed < depth) {
      depth += __builtin_popcountll(opening) - closed;
      continue;
    }
    for (uint64_t brackets = opening | closing; brackets; brackets &= brackets - 1) {
      const int bit = __builtin_ctzll(brackets);
      depth += opening >> bit & 1 ? 1 : -1;
      if (depth <= 0) return place + bit + 1;
    }
  }
  return 0;
}
