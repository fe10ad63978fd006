#include "cmemory.h"
#include <malloc.h>

void cm_return_memory(void) {
  /* Setting a threshold by hand also stops glibc from raising it by itself. */
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
  mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
  mallopt(M_ARENA_MAX, 2);
}

void cm_trim(void) { malloc_trim(0); }
