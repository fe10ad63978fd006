#define _GNU_SOURCE
#include "CNcurses.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* The faults, then the signals that end a program which does not expect them. */
static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGSYS,
                            SIGQUIT, SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF};
enum { FATAL = sizeof fatal / sizeof *fatal, RESET_MAX = 512 };
static struct sigaction former[FATAL];
static char reset_text[RESET_MAX];
static size_t reset_length;
static struct termios settings;
static int terminal = -1;       /* -1 while the guard is not armed */
static int settings_known;
static int chain;               /* whether a crash goes on to the handler that was there before */
static int error_output = -1;   /* the real standard error while it is held back */
static int held = -1;           /* reading end of what is held back */

/* Gives up on a terminal that takes nothing for a second. */
static void write_all(int fd, const char *bytes, size_t length) {
  while (length > 0) {
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    if (poll(&ready, 1, 1000) == 0) return;
    ssize_t count = write(fd, bytes, length);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    bytes += count;
    length -= (size_t)count;
  }
}

/* Only calls that signal-safety(7) allows. */
static void restore_terminal(void) {
  if (terminal < 0) return;
  write_all(terminal, reset_text, reset_length);
  if (settings_known) {
    signal(SIGTTOU, SIG_IGN); /* in the background, tcsetattr would stop the process */
    tcsetattr(terminal, TCSANOW, &settings);
    signal(SIGTTOU, SIG_DFL);
  }
  terminal = -1;
}

static void release_errors(void) {
  if (error_output < 0) return;
  dup2(error_output, STDERR_FILENO);
  char bytes[512];
  ssize_t count;
  while ((count = read(held, bytes, sizeof bytes)) > 0) write_all(STDERR_FILENO, bytes, (size_t)count);
  close(error_output);
  close(held);
  error_output = held = -1;
}

static void leave(void) {
  restore_terminal();
  release_errors();
}

static void crash(int number) {
  static const char message[] = "obs-tui crashed; the terminal was put back.\n";
  static const char ended[] = "obs-tui was ended by a signal; the terminal was put back.\n";
  int is_fault = number == SIGSEGV || number == SIGBUS || number == SIGILL || number == SIGTRAP || number == SIGFPE
                 || number == SIGABRT || number == SIGSYS;
  if (terminal >= 0) {
    leave();
    if (is_fault) write_all(STDERR_FILENO, message, sizeof message - 1);
    else write_all(STDERR_FILENO, ended, sizeof ended - 1);
  }
  struct sigaction action = {0};
  action.sa_handler = SIG_DFL;
  for (int i = 0; i < FATAL; i++) {
    if (fatal[i] == number) sigaction(number, chain ? &former[i] : &action, NULL);
  }
  raise(number); /* the mask lets it through: SA_NODEFER */
}

/* Holds standard error back in a pipe, which is bounded by itself: what does not fit is dropped by the kernel. */
static void hold_errors(void) {
  int ends[2];
  if (error_output >= 0 || !isatty(STDERR_FILENO) || pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) return;
  error_output = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (error_output < 0) {
    close(ends[0]);
    close(ends[1]);
    return;
  }
  dup2(ends[1], STDERR_FILENO);
  close(ends[1]);
  held = ends[0];
}

void obs_guard_arm(int fd, const char *reset, size_t length) {
  static int registered;
  if (terminal >= 0) return;
  reset_length = length < RESET_MAX ? length : RESET_MAX;
  memcpy(reset_text, reset, reset_length);
  settings_known = tcgetattr(fd, &settings) == 0;
  /* Swift's backtracer would ask its questions on our terminal; it comes only to those who asked for it. */
  chain = getenv("SWIFT_BACKTRACE") != NULL;
  if (!registered) {
    registered = 1;
    atexit(leave);
    /* A stack overflow leaves no room for the handler on the stack itself. */
    static char alternate[65536];
    stack_t stack = {0};
    if (sigaltstack(NULL, &stack) == 0 && (stack.ss_flags & SS_DISABLE)) {
      stack = (stack_t){.ss_sp = alternate, .ss_size = sizeof alternate};
      sigaltstack(&stack, NULL);
    }
  }
  terminal = fd;
  hold_errors();
  struct sigaction action = {0};
  action.sa_handler = crash;
  action.sa_flags = SA_ONSTACK | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < FATAL; i++) {
    sigaction(fatal[i], NULL, &former[i]);
    /* What was ignored at the start (nohup, a job of a script) stays ignored. */
    if (former[i].sa_handler != SIG_IGN) sigaction(fatal[i], &action, NULL);
  }
}

void obs_guard_abandon(int status) {
  leave();
  _exit(status);
}

void obs_guard_disarm(void) {
  if (terminal < 0) return;
  for (int i = 0; i < FATAL; i++) sigaction(fatal[i], &former[i], NULL);
  reset_length = 0;
  leave();
}
