// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/random.h"

namespace godwit::io {

/// The system's generator, getrandom(2): good for secrets.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::byte> out) override;
};

}  // namespace godwit::io
