// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/random.h"

namespace godwit::io {

/// The system's generator, getrandom(2): good for secrets. A request takes three or four small
/// numbers, so it is asked for many at once; what was given out is wiped here, and a process that
/// forks leaves nothing in store to its child.
class SystemRandom final : public Random {
 public:
  SystemRandom();
  ~SystemRandom() override;
  SystemRandom(const SystemRandom&) = delete;
  SystemRandom& operator=(const SystemRandom&) = delete;

  void fill(std::span<std::byte> out) override;

 private:
  static constexpr std::size_t kStore = 512;  // bytes
  std::array<std::byte, kStore> store_{};
  std::size_t left_ = 0;     // at the end of the store
  std::uint64_t forks_ = 0;  // of this process's line when the store was filled
};

}  // namespace godwit::io
