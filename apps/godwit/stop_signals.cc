// SPDX-License-Identifier: Apache-2.0
#include "stop_signals.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cstdint>

#include "exit_code.h"
#include "terminal.h"

namespace godwit::cli {
namespace {

/// As under nohup; it stays so.
bool is_ignored(int signal) {
  struct sigaction now {};
  return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

}  // namespace

StopSignals::StopSignals(std::function<void(Wish)> on_wish) : on_wish_(std::move(on_wish)) {
  sigset_t caught;
  sigemptyset(&caught);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&caught, signal);
  if (!is_ignored(SIGHUP)) sigaddset(&caught, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &caught, &before_);
  signals_ = signalfd(-1, &caught, SFD_CLOEXEC);
  wake_ = eventfd(0, EFD_CLOEXEC);
  thread_ = std::thread([this] { serve(); });
}

StopSignals::~StopSignals() {
  const std::uint64_t one = 1;
  if (::write(wake_, &one, sizeof one) == static_cast<ssize_t>(sizeof one)) thread_.join();
  ::close(signals_);
  ::close(wake_);
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void StopSignals::serve() {
  bool asked_to_end = false;
  for (;;) {
    std::array<pollfd, 2> ready{{{signals_, POLLIN, 0}, {wake_, POLLIN, 0}}};
    if (::poll(ready.data(), ready.size(), -1) < 0) continue;
    if (ready[1].revents != 0) return;
    signalfd_siginfo info{};
    if (::read(signals_, &info, sizeof info) != static_cast<ssize_t>(sizeof info)) continue;
    if (info.ssi_signo == SIGUSR1) {
      on_wish_(Wish::look);
      continue;
    }
    // A closed terminal says it, and then its shell once more.
    if (asked_to_end && info.ssi_signo == SIGHUP) continue;
    if (asked_to_end) {
      restore_terminal();
      ::_exit(static_cast<int>(ExitCode::interrupted));
    }
    asked_to_end = true;
    on_wish_(info.ssi_signo == SIGINT ? Wish::hang_up : Wish::terminate);
  }
}

}  // namespace godwit::cli
