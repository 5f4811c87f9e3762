// SPDX-License-Identifier: Apache-2.0
#include "terminal.h"

#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace godwit::cli {
namespace {

/// Signals whose usual end would leave the terminal without echo. SIGINT and SIGTERM, and SIGHUP
/// while it lives, are heard by StopSignals.
constexpr std::array<int, 8> kEnds{SIGHUP, SIGQUIT, SIGABRT, SIGSEGV,
                                   SIGBUS, SIGFPE,  SIGILL,  SIGXCPU};

// What a signal handler may look at.
volatile std::sig_atomic_t active = 0;
int terminal = -1;
termios usual{};
termios by_keys{};
std::array<struct sigaction, kEnds.size()> ends_before{};
struct sigaction stop_before {};
struct sigaction go_on_before {};

void take_keys() noexcept {
  // From the background it would stop us (SIGTTOU).
  if (active != 0 && is_our_terminal(terminal)) ::tcsetattr(terminal, TCSANOW, &by_keys);
}

extern "C" void on_end(int signal) {
  restore_terminal();
  ::raise(signal);  // SA_RESETHAND: this time it ends the program
}

extern "C" void on_stop(int /*signal*/) {
  restore_terminal();
  ::raise(SIGSTOP);
}

extern "C" void on_going_on(int /*signal*/) {
  take_keys();
}

struct sigaction action(void (*handler)(int), int flags) {
  struct sigaction wanted {};
  wanted.sa_handler = handler;
  wanted.sa_flags = flags;
  sigemptyset(&wanted.sa_mask);
  return wanted;
}

void heed_signals() {
  const struct sigaction end = action(on_end, static_cast<int>(SA_RESETHAND) | SA_NODEFER);
  for (std::size_t i = 0; i < kEnds.size(); ++i) {
    ::sigaction(kEnds.at(i), nullptr, &ends_before.at(i));
    // What is ignored (nohup) stays ignored.
    if (ends_before.at(i).sa_handler != SIG_IGN) ::sigaction(kEnds.at(i), &end, nullptr);
  }
  const struct sigaction stop = action(on_stop, SA_RESTART);
  const struct sigaction go_on = action(on_going_on, SA_RESTART);
  ::sigaction(SIGTSTP, &stop, &stop_before);
  ::sigaction(SIGCONT, &go_on, &go_on_before);
}

void forget_signals() {
  for (std::size_t i = 0; i < kEnds.size(); ++i) {
    ::sigaction(kEnds.at(i), &ends_before.at(i), nullptr);
  }
  ::sigaction(SIGTSTP, &stop_before, nullptr);
  ::sigaction(SIGCONT, &go_on_before, nullptr);
}

}  // namespace

bool is_our_terminal(int descriptor) {
  return ::isatty(descriptor) != 0 && ::tcgetpgrp(descriptor) == ::getpgrp();
}

KeyboardMode::KeyboardMode(int descriptor) {
  if (active != 0 || ::tcgetattr(descriptor, &usual) != 0) return;
  terminal = descriptor;
  by_keys = usual;
  // Signals of keys (Ctrl-C) and what is written stay as they are.
  by_keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  by_keys.c_cc[VMIN] = 1;
  by_keys.c_cc[VTIME] = 0;
  active = 1;
  heed_signals();
  take_keys();
}

KeyboardMode::~KeyboardMode() {
  if (active == 0) return;
  restore_terminal();
  active = 0;
  forget_signals();
}

void restore_terminal() noexcept {
  if (active != 0 && ::tcgetpgrp(terminal) == ::getpgrp()) {
    ::tcsetattr(terminal, TCSANOW, &usual);
  }
}

}  // namespace godwit::cli
