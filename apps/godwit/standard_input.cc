// SPDX-License-Identifier: Apache-2.0
#include "standard_input.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <utility>

#include "terminal.h"

namespace godwit::cli {
namespace {

void wake_up(int descriptor) {
  const std::uint64_t one = 1;
  // It fails only when it is to wake already.
  static_cast<void>(::write(descriptor, &one, sizeof one) == sizeof one);
}

}  // namespace

StandardInput::StandardInput(int descriptor, std::function<void(std::string)> on_bytes)
    : descriptor_(descriptor), on_bytes_(std::move(on_bytes)), wake_(eventfd(0, EFD_CLOEXEC)) {
  // Signals are for the threads that know what to do with them.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  thread_ = std::thread([this] { serve(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

StandardInput::~StandardInput() {
  over_ = true;
  wake_up(wake_);
  thread_.join();
  ::close(wake_);
}

void StandardInput::hold_back(bool enough) {
  if (held_back_.exchange(enough) != enough) wake_up(wake_);
}

void StandardInput::serve() {
  constexpr int kLookAgain = 200;  // ms: whether the terminal is ours again
  while (!over_) {
    // In the background a read would stop the whole program (SIGTTIN).
    const bool is_away = ::isatty(descriptor_) != 0 && !is_our_terminal(descriptor_);
    const bool reads = !held_back_ && !is_away;
    std::array<pollfd, 2> ready{{{wake_, POLLIN, 0}, {reads ? descriptor_ : -1, POLLIN, 0}}};
    if (::poll(ready.data(), ready.size(), is_away ? kLookAgain : -1) < 0) continue;
    if (ready[0].revents != 0) {
      std::uint64_t count = 0;
      static_cast<void>(::read(wake_, &count, sizeof count) == sizeof count);
    } else if (ready[1].revents != 0 && !read_some()) {
      return;
    }
  }
}

bool StandardInput::read_some() {
  std::array<char, 4096> block{};
  const ssize_t n = ::read(descriptor_, block.data(), block.size());
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  on_bytes_(n > 0 ? std::string(block.data(), static_cast<std::size_t>(n)) : std::string());
  return n > 0;
}

}  // namespace godwit::cli
