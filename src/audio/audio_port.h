// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace godwit::audio {

/// Where sound comes from: 16-bit linear samples, mono, 8,000 a second.
class Source {
 public:
  virtual ~Source() = default;
  /// Fills the whole frame; silence where there is nothing more.
  virtual void read(std::span<std::int16_t> frame) = 0;
  /// True once nothing but silence will come.
  [[nodiscard]] virtual bool ended() const { return false; }
};

/// Where sound goes: 16-bit linear samples, mono, 8,000 a second.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void write(std::span<const std::int16_t> frame) = 0;
  virtual void close() {}
};

}  // namespace godwit::audio
