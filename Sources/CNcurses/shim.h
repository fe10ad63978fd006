/* The part of ncursesw that Swift cannot see by itself: the wide API behind NCURSES_WIDECHAR, attribute macros,
   and one function that puts a cell. No logic lives here. */
#ifndef OBS_CNCURSES_SHIM_H
#define OBS_CNCURSES_SHIM_H
#define NCURSES_WIDECHAR 1
#include <locale.h>
#include <wchar.h>
#include <ncurses.h>

static const attr_t ATTRIBUTE_NORMAL = A_NORMAL;
static const attr_t ATTRIBUTE_BOLD = A_BOLD;
static const attr_t ATTRIBUTE_DIM = A_DIM;
static const attr_t ATTRIBUTE_UNDERLINE = A_UNDERLINE;
static const attr_t ATTRIBUTE_REVERSE = A_REVERSE;
static const attr_t ATTRIBUTE_ITALIC = A_ITALIC;

/* opts = &pair: extended colour pairs, beyond 255 (curs_getcchar(3x)). */
static inline int put_cell(WINDOW *w, int y, int x, const wchar_t *text, attr_t a, int pair) {
  cchar_t c;
  if (setcchar(&c, text, a, 0, &pair) == ERR) return ERR;
  return mvwadd_wch(w, y, x, &c);
}
#endif
