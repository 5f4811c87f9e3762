// SPDX-License-Identifier: Apache-2.0
#include "io/system_random.h"

#include <sys/random.h>

#include <cerrno>

#include "base/assert.h"

namespace godwit::io {

void SystemRandom::fill(std::span<std::byte> out) {
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

}  // namespace godwit::io
