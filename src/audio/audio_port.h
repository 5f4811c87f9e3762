// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace godwit::audio {

inline constexpr std::size_t kFrameSamples = 160;  // 20 ms: what a call makes and takes at a time

/// Where sound comes from: 16-bit linear samples, mono, 8,000 a second.
class Source {
 public:
  virtual ~Source() = default;
  /// Fills the whole frame; silence where there is nothing more.
  virtual void read(std::span<std::int16_t> frame) = 0;
  /// So many samples of time go by in which nobody asks for sound: something else was sent, or
  /// nothing.
  virtual void pass(std::size_t /*samples*/) {}
  /// True once nothing but silence will come.
  [[nodiscard]] virtual bool ended() const { return false; }
};

enum class Channels : std::uint8_t { mono = 1, stereo = 2 };

/// Where sound goes: 16-bit linear samples, mono unless it was made for two channels (left and right
/// in turn), 8,000 a second of each.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void write(std::span<const std::int16_t> frame) = 0;
  /// False once it can take no more: the disk is full.
  [[nodiscard]] virtual bool works() const { return true; }
  virtual void close() {}
};

}  // namespace godwit::audio
