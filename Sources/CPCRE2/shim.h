/* PCRE2 for UTF-8: the header wants to know the width of a code unit before it says anything. */
#ifndef OBS_CPCRE2_H
#define OBS_CPCRE2_H
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#endif
