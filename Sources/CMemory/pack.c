#include "cmemory.h"
#include <string.h>

/* A sequence is: a token (literals in the upper four bits, match length - 4 in the lower), more of the first length, literals,
   two bytes of distance, more of the second length. The last sequence ends with its literals. */
enum {
  MIN_MATCH = 4,
  TAIL_LITERALS = 5,  /* the last bytes are always literals, */
  TAIL_SEARCHED = 12, /* and no match begins this near the end: the format asks for both */
  FARTHEST = 65535,
  HASH_BITS = 12,
};

static uint32_t read32(const uint8_t *p) {
  uint32_t value;
  memcpy(&value, p, sizeof value);
  return value;
}

static uint64_t read64(const uint8_t *p) {
  uint64_t value;
  memcpy(&value, p, sizeof value);
  return value;
}

/* Fibonacci hashing of four bytes. */
static uint32_t slot_of(const uint8_t *p) { return (read32(p) * 2654435761u) >> (32 - HASH_BITS); }

static uint8_t *write_length(uint8_t *to, size_t rest) {
  while (rest >= 255) {
    *to++ = 255;
    rest -= 255;
  }
  *to++ = (uint8_t)rest;
  return to;
}

static size_t common(const uint8_t *a, const uint8_t *b, const uint8_t *end) {
  const uint8_t *start = a;
  while (a + 8 <= end) {
    const uint64_t differing = read64(a) ^ read64(b);
    if (differing) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
      return (size_t)(a - start) + (size_t)(__builtin_ctzll(differing) / 8);
#else
      return (size_t)(a - start) + (size_t)(__builtin_clzll(differing) / 8);
#endif
    }
    a += 8;
    b += 8;
  }
  while (a < end && *a == *b) {
    a++;
    b++;
  }
  return (size_t)(a - start);
}

size_t cm_pack(const uint8_t *from, size_t length, uint8_t *to, size_t room) {
  uint32_t table[1 << HASH_BITS];
  const uint8_t *place = from, *anchor = from, *const end = from + length;
  uint8_t *out = to, *const stop = to + room;
  memset(table, 0, sizeof table);
  if (length > TAIL_SEARCHED && length < UINT32_MAX) {
    const uint8_t *const last = end - TAIL_SEARCHED, *const match_end = end - TAIL_LITERALS;
    size_t misses = 0;
    place++;
    while (place < last) {
      const uint32_t slot = slot_of(place);
      const uint8_t *match = from + table[slot];
      table[slot] = (uint32_t)(place - from);
      if (place - match > FARTHEST || match >= place || read32(match) != read32(place)) {
        /* What does not repeat itself is passed over in growing steps. */
        place += 1 + (misses++ >> 6);
        continue;
      }
      misses = 0;
      while (place > anchor && match > from && place[-1] == match[-1]) {
        place--;
        match--;
      }
      const size_t literals = (size_t)(place - anchor);
      const size_t matched = MIN_MATCH + common(place + MIN_MATCH, match + MIN_MATCH, match_end);
      if ((size_t)(stop - out) < literals + literals / 255 + matched / 255 + 8) return 0;
      uint8_t *token = out++;
      *token = (uint8_t)((literals < 15 ? literals : 15) << 4);
      if (literals >= 15) out = write_length(out, literals - 15);
      memcpy(out, anchor, literals);
      out += literals;
      const size_t distance = (size_t)(place - match);
      *out++ = (uint8_t)distance;
      *out++ = (uint8_t)(distance >> 8);
      const size_t rest = matched - MIN_MATCH;
      *token |= (uint8_t)(rest < 15 ? rest : 15);
      if (rest >= 15) out = write_length(out, rest - 15);
      place += matched;
      anchor = place;
      if (place < last) table[slot_of(place - 2)] = (uint32_t)(place - 2 - from);
    }
  }
  const size_t literals = (size_t)(end - anchor);
  if ((size_t)(stop - out) < literals + literals / 255 + 2) return 0;
  *out++ = (uint8_t)((literals < 15 ? literals : 15) << 4);
  if (literals >= 15) out = write_length(out, literals - 15);
  memcpy(out, anchor, literals);
  return (size_t)(out + literals - to);
}

/* Reads the rest of a length; NULL where the bytes end in it. */
static const uint8_t *read_length(const uint8_t *from, const uint8_t *end, size_t *length) {
  uint8_t byte;
  do {
    if (from == end) return NULL;
    byte = *from++;
    *length += byte;
  } while (byte == 255);
  return from;
}

int cm_unpack(const uint8_t *from, size_t length, uint8_t *to, size_t size) {
  const uint8_t *const end = from + length;
  uint8_t *out = to, *const stop = to + size;
  while (from < end) {
    const uint8_t token = *from++;
    size_t count = token >> 4;
    if (count == 15 && !(from = read_length(from, end, &count))) return -1;
    if (count > (size_t)(end - from) || count > (size_t)(stop - out)) return -1;
    if (count <= 16 && end - from >= 16 && stop - out >= 16) {
      memcpy(out, from, 16);
    } else {
      memcpy(out, from, count);
    }
    from += count;
    out += count;
    if (from == end) return out == stop ? 0 : -1;
    if (end - from < 2) return -1;
    const size_t distance = (size_t)from[0] | (size_t)from[1] << 8;
    from += 2;
    count = token & 15;
    if (count == 15 && !(from = read_length(from, end, &count))) return -1;
    count += MIN_MATCH;
    if (distance == 0 || distance > (size_t)(out - to) || count > (size_t)(stop - out)) return -1;
    const uint8_t *match = out - distance;
    uint8_t *const target = out + count;
    if (distance >= 16 && (size_t)(stop - target) >= 16) {
      /* Up to 15 bytes too many: what comes next is written over them. */
      do {
        memcpy(out, match, 16);
        out += 16;
        match += 16;
      } while (out < target);
    } else if (distance >= 8 && (size_t)(stop - target) >= 8) {
      do {
        memcpy(out, match, 8);
        out += 8;
        match += 8;
      } while (out < target);
    } else {
      while (out < target) *out++ = *match++;
    }
    out = target;
  }
  return out == stop && size == 0 ? 0 : -1;
}
