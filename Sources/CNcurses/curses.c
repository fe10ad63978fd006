#define _GNU_SOURCE
#include "CNcurses.h"
#include <langinfo.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

int obs_find_terminal(const char *name) {
  int result = -1;
  int code = setupterm(name, STDOUT_FILENO, &result);
  if (code == OK) del_curterm(cur_term);
  return code == OK ? 1 : (result < 0 ? -1 : 0);
}

SCREEN *obs_new_terminal(void) { return newterm(NULL, stdout, stdin); }
WINDOW *obs_window(void) { return stdscr; }
int obs_colors(void) { return COLORS; }
int obs_color_pairs(void) { return COLOR_PAIRS; }

const char *obs_capability(const char *name) {
  const char *text = tigetstr(name);
  return text == (const char *)-1 ? NULL : text;
}

int obs_wcwidth(uint32_t scalar) { return wcwidth((wchar_t)scalar); }
int obs_locale_is_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }
