// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace godwit {

/// Where random numbers come from: the system's generator, or a seeded one in the simulator.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::byte> out) = 0;

  std::uint32_t u32();
  std::uint64_t u64();
  /// Uniform in [0, bound); bound at least 1.
  std::uint64_t below(std::uint64_t bound);
  /// `bytes` random bytes as lower-case hexadecimal: 16 bytes are the 128 bits a tag or Call-ID needs.
  std::string token(std::size_t bytes);
};

/// A generator that gives the same numbers for the same seed (xoshiro256**). Not for secrets.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed);
  void fill(std::span<std::byte> out) override;

 private:
  std::uint64_t next();
  std::uint64_t state_[4];
};

}  // namespace godwit
