/* Memory in ways that Swift has no words for: bytes made smaller while nobody looks at them, and what malloc keeps for itself. */
#ifndef CMEMORY_H
#define CMEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Makes bytes smaller, in LZ4's block format (github.com/lz4/lz4, doc/lz4_Block_format.md): quick both ways, and good on text
   that repeats itself. Returns how many bytes were written to `to`, 0 where they would be more than `room`. */
size_t cm_pack(const uint8_t *from, size_t length, uint8_t *to, size_t room);

/* The way back: fills `to` with exactly `size` bytes. Returns 0, and -1 where `from` is no such block. */
int cm_unpack(const uint8_t *from, size_t length, uint8_t *to, size_t size);

/* Has malloc hand large pieces of memory back to the system as soon as they are freed, and keep few pools. Without it glibc
   learns from the first large answer to keep the memory of all later ones. To be called before there are threads. */
void cm_return_memory(void);

/* Hands back what malloc has free at this moment. */
void cm_trim(void);

#endif
