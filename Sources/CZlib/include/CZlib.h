/* What log files need of C: zlib's inflate for gzip files (inflateInit2 is a macro), and giving disk blocks back. */
#ifndef OBS_CZLIB_H
#define OBS_CZLIB_H
#include <stddef.h>
#include <stdint.h>

typedef struct oz_stream oz_stream;

/* A reader of gzip or zlib data; NULL when there is no memory. */
oz_stream *_Nullable oz_open(void);
/* Inflates from `input` into `output`. On return *used and *made say how much was read and written.
   1: the end of a member (more may follow), 0: go on, negative: zlib's error. */
int oz_inflate(oz_stream *_Nonnull stream, const uint8_t *_Nonnull input, size_t length, size_t *_Nonnull used,
               uint8_t *_Nonnull output, size_t capacity, size_t *_Nonnull made);
/* Begins the next member of a file that holds several. */
void oz_reset(oz_stream *_Nonnull stream);
void oz_close(oz_stream *_Nullable stream);
/* Gives a stretch of a file back to the disk; it reads as zeros afterwards. 0 when the file system does it. */
int oz_punch(int descriptor, int64_t offset, int64_t length);
#endif
