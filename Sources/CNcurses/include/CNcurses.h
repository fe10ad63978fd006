/* The part of ncursesw that Swift cannot see by itself: the wide API behind NCURSES_WIDECHAR, attribute macros and
   global variables; and what must be C because it runs in a signal handler. */
#ifndef OBS_CNCURSES_H
#define OBS_CNCURSES_H
#define NCURSES_WIDECHAR 1
#include <locale.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include <ncurses.h>

static const attr_t ATTRIBUTE_NORMAL = A_NORMAL;
static const attr_t ATTRIBUTE_BOLD = A_BOLD;
static const attr_t ATTRIBUTE_DIM = A_DIM;
static const attr_t ATTRIBUTE_UNDERLINE = A_UNDERLINE;
static const attr_t ATTRIBUTE_REVERSE = A_REVERSE;
static const attr_t ATTRIBUTE_ITALIC = A_ITALIC;
static const mmask_t MOUSE_EVENTS = BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED;
static const mmask_t MOUSE_CLICK = BUTTON1_PRESSED;
static const mmask_t MOUSE_WHEEL_UP = BUTTON4_PRESSED;
static const mmask_t MOUSE_WHEEL_DOWN = BUTTON5_PRESSED;

/* 1 when the terminal's description was found, 0 when it is unknown or too generic, -1 without any database. */
int obs_find_terminal(const char *name);
/* The terminal on stdin and stdout; null when it cannot be used. Unlike initscr, never ends the process. */
SCREEN *obs_new_terminal(void);
WINDOW *obs_window(void);
int obs_colors(void);
int obs_color_pairs(void);
/* A capability's string; null when the terminal has none. */
const char *obs_capability(const char *name);
/* wcwidth(3), which Glibc's module map hides. */
int obs_wcwidth(uint32_t scalar);
/* Whether the locale's encoding is UTF-8. */
int obs_locale_is_utf8(void);

/* Fills one cell: a base character and up to three marks of 21 bits each, the first in the low bits. A base that the
   locale does not give `width` columns becomes `replacement`, so that columns never shift. */
static inline void obs_set_cell(
    cchar_t *cell, uint32_t base, uint64_t marks, int width, wchar_t replacement, attr_t attributes, int pair) {
  wchar_t text[5] = {(wchar_t)base, 0, 0, 0, 0};
  if (base >= 0x80 && obs_wcwidth(base) != width) {
    text[0] = replacement;
  } else {
    for (int i = 1; marks != 0 && i < 4; marks >>= 21) {
      uint32_t mark = (uint32_t)(marks & 0x1FFFFF);
      if (obs_wcwidth(mark) == 0) text[i++] = (wchar_t)mark;
    }
  }
  setcchar(cell, text, attributes, 0, &pair); /* opts = &pair: colour pairs beyond 255 (curs_getcchar(3x)) */
}

/* Signals as bytes: SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP and SIGCONT are written, one byte each, to a pipe that
   poll(2) can wait for, whichever thread the kernel gives them to. Returns the pipe's reading end, or -1. A second one
   that asks for the end ends the process at once. */
int obs_signals_open(void);
void obs_signals_close(void);
/* Stops the whole process group, as the terminal's driver would; returns when it runs again. */
void obs_stop_group(void);

/* From now on a crash (SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT) or exit(3) writes `reset` to `fd` and gives
   the terminal the settings that it has at this moment. Standard error is held back while it is the terminal, at most
   64 kB of it, and shown afterwards. */
void obs_guard_arm(int fd, const char *reset, size_t length);
/* For the regular way out, after endwin(3): restores settings and standard error, and writes nothing. */
void obs_guard_disarm(void);
/* Puts the terminal back as after a crash and ends the process. Safe in a signal handler. */
void obs_guard_abandon(int status);
#endif
