// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace godwit::io {

/// Room for the datagrams of one recvmmsg(2). Only the pages that packets touch become real memory.
struct ReceiveBatch {
  static constexpr std::size_t kSlots = 16;
  static constexpr std::size_t kSlotSize = 65536;  // no UDP datagram is longer

  std::unique_ptr<std::byte[]> bytes =
      std::make_unique_for_overwrite<std::byte[]>(kSlots * kSlotSize);

  [[nodiscard]] std::span<std::byte> slot(std::size_t index) const {
    return {bytes.get() + index * kSlotSize, kSlotSize};
  }
};

}  // namespace godwit::io
