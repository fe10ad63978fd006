#define _GNU_SOURCE
#include "CNcurses.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/* SIGWINCH may reach any thread, and then poll(2) on the main one does not notice; a byte in a pipe it does. Installed
   before newterm, these handlers also keep ncurses from installing its own. */
static const int heard[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP, SIGCONT};
enum { HEARD = sizeof heard / sizeof *heard };
static struct sigaction former[HEARD];
static struct sigaction former_pipe;
static int ends[2] = {-1, -1};

static volatile sig_atomic_t ending;

static void hear(int signal) {
  int kept = errno;
  if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP) {
    /* Told again while the first is still unheard: the main thread hangs, perhaps in a write to a terminal that takes
       no output. */
    if (ending) obs_guard_abandon(128 + signal);
    ending = 1;
  }
  unsigned char byte = (unsigned char)signal;
  (void)!write(ends[1], &byte, 1); /* a full pipe already wakes the reader */
  errno = kept;
}

int obs_signals_open(void) {
  if (ends[0] >= 0) return ends[0];
  ending = 0;
  if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) return -1;
  struct sigaction action = {0};
  action.sa_handler = hear;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < HEARD; i++) {
    sigaction(heard[i], NULL, &former[i]);
    /* What was ignored at the start (nohup) stays ignored. */
    if (former[i].sa_handler != SIG_IGN) sigaction(heard[i], &action, NULL);
  }
  /* A parent that starts us from a thread of a pool may hand down a mask that blocks them all. */
  sigset_t mask;
  sigemptyset(&mask);
  for (int i = 0; i < HEARD; i++) sigaddset(&mask, heard[i]);
  pthread_sigmask(SIG_UNBLOCK, &mask, NULL);
  struct sigaction ignore = {0};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &former_pipe);
  return ends[0];
}

void obs_signals_close(void) {
  if (ends[0] < 0) return;
  for (int i = 0; i < HEARD; i++) sigaction(heard[i], &former[i], NULL);
  sigaction(SIGPIPE, &former_pipe, NULL);
  close(ends[0]);
  close(ends[1]);
  ends[0] = ends[1] = -1;
}

void obs_stop_group(void) {
  struct sigaction plain = {0}, kept;
  plain.sa_handler = SIG_DFL;
  sigaction(SIGTSTP, &plain, &kept);
  /* The group, not the process alone: a parent such as make must stop too, or the shell never gets the terminal. */
  kill(0, SIGTSTP);
  sigaction(SIGTSTP, &kept, NULL);
}
