// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace godwit {

/// Writes big-endian numbers into a given room. What does not fit is not written, and `ok()` is
/// false for good.
class ByteWriter {
 public:
  explicit ByteWriter(std::span<std::byte> room) : room_(room) {}

  [[nodiscard]] bool ok() const { return ok_; }
  /// How many bytes have been written.
  [[nodiscard]] std::size_t size() const { return size_; }

  void u8(std::uint8_t value) { number(value, 1); }
  void u16(std::uint16_t value) { number(value, 2); }
  void u24(std::uint32_t value) { number(value, 3); }
  void u32(std::uint32_t value) { number(value, 4); }
  void u64(std::uint64_t value) { number(value, 8); }

  void bytes(std::span<const std::byte> data) {
    const auto place = claim(data.size());
    if (!place.empty()) std::copy(data.begin(), data.end(), place.begin());
  }

 private:
  std::span<std::byte> claim(std::size_t count) {
    if (!ok_ || count > room_.size() - size_) {
      ok_ = false;
      return {};
    }
    size_ += count;
    return room_.subspan(size_ - count, count);
  }
  void number(std::uint64_t value, std::size_t width) {
    const auto place = claim(width);
    for (auto b = place.rbegin(); b != place.rend(); ++b, value >>= 8U) {
      *b = static_cast<std::byte>(value & 0xffU);
    }
  }

  std::span<std::byte> room_;
  std::size_t size_ = 0;
  bool ok_ = true;
};

}  // namespace godwit
