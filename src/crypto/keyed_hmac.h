// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace godwit::crypto {

/// HMAC with SHA-1 (RFC 2104) under one key, for many messages: what it needs it takes when it is
/// made, nothing from the heap for a message. `hmac_sha1` is for one.
class KeyedHmacSha1 {
 public:
  using Value = std::array<std::byte, 20>;

  /// @param key  at most 64 bytes
  explicit KeyedHmacSha1(std::span<const std::uint8_t> key);
  ~KeyedHmacSha1();
  KeyedHmacSha1(KeyedHmacSha1&&) noexcept;
  KeyedHmacSha1& operator=(KeyedHmacSha1&&) noexcept;

  /// Over both, one behind the other.
  [[nodiscard]] Value of(std::span<const std::byte> data, std::span<const std::byte> more = {});
  /// Does the value over both begin with `tag`? Takes as long wherever they differ.
  [[nodiscard]] bool begins_with(std::span<const std::byte> tag, std::span<const std::byte> data,
                                 std::span<const std::byte> more = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace godwit::crypto
