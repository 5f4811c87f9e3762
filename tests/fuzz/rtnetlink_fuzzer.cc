// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/assert.h"
#include "net/rtnetlink.h"

// Netlink comes from the kernel, yet its lengths are followed byte by byte: none may lead astray.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto datagram = std::as_bytes(std::span(data, size));
  godwit::net::RtnetlinkTable table;
  table.apply(datagram);
  // What was learnt is the same when it is told again: a table, not a counter.
  const auto once = table.snapshot();
  const bool changed = table.apply(datagram).changed;
  GODWIT_ASSERT(changed || table.snapshot() == once);
  for (const auto& interface : once.interfaces) {
    for (const auto& held : interface.addresses) {
      GODWIT_ASSERT(table.is_tentative(held.address) || !held.tentative || changed);
    }
  }
  static_cast<void>(godwit::net::parse_route_answer(datagram));
  return 0;
}
