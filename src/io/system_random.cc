// SPDX-License-Identifier: Apache-2.0
#include "io/system_random.h"

#include <pthread.h>
#include <string.h>  // explicit_bzero
#include <sys/random.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

#include "base/assert.h"

namespace godwit::io {
namespace {

std::atomic<std::uint64_t> forks{0};

void count_forks() {
  static const int registered = ::pthread_atfork(nullptr, nullptr, [] { ++forks; });
  GODWIT_ASSERT(registered == 0);  // fails for want of memory only
}

void ask_system(std::span<std::byte> out) {
  while (!out.empty()) {
    const auto got = ::getrandom(out.data(), out.size(), 0);
    if (got < 0) {
      // Without flags and with a good pointer it fails only when a signal comes between.
      GODWIT_ASSERT(errno == EINTR);
      continue;
    }
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace

SystemRandom::SystemRandom() {
  count_forks();
}

SystemRandom::~SystemRandom() {
  ::explicit_bzero(store_.data(), store_.size());
}

void SystemRandom::fill(std::span<std::byte> out) {
  if (out.size() > kStore / 4) return ask_system(out);
  if (out.size() > left_ || forks_ != forks) {
    forks_ = forks;
    ask_system(store_);
    left_ = kStore;
  }
  const auto taken = std::span(store_).last(left_).first(out.size());
  std::copy(taken.begin(), taken.end(), out.begin());
  ::explicit_bzero(taken.data(), taken.size());
  left_ -= out.size();
}

}  // namespace godwit::io
