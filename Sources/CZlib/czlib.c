#define _GNU_SOURCE
#include "CZlib.h"
#include <fcntl.h>
#include <stdlib.h>
#include <zlib.h>

struct oz_stream {
  z_stream z;
};

oz_stream *oz_open(void) {
  oz_stream *stream = calloc(1, sizeof *stream);
  /* 15 bits of window, and 32 to find out itself whether the header is gzip's or zlib's. */
  if (stream && inflateInit2(&stream->z, 15 + 32) != Z_OK) {
    free(stream);
    return NULL;
  }
  return stream;
}

int oz_inflate(oz_stream *stream, const uint8_t *input, size_t length, size_t *used, uint8_t *output, size_t capacity,
               size_t *made) {
  stream->z.next_in = (Bytef *)input;
  stream->z.avail_in = (uInt)length;
  stream->z.next_out = output;
  stream->z.avail_out = (uInt)capacity;
  int code = inflate(&stream->z, Z_NO_FLUSH);
  *used = length - stream->z.avail_in;
  *made = capacity - stream->z.avail_out;
  if (code == Z_STREAM_END) return 1;
  return code == Z_OK || code == Z_BUF_ERROR ? 0 : code;
}

void oz_reset(oz_stream *stream) { inflateReset(&stream->z); }

void oz_close(oz_stream *stream) {
  if (!stream) return;
  inflateEnd(&stream->z);
  free(stream);
}

int oz_punch(int descriptor, int64_t offset, int64_t length) {
  return fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length);
}
