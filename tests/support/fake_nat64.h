// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <utility>

#include "support/fake_packet.h"

namespace godwit::test {

/// A NAT64 between the router and the Internet of IPv4 (RFC 6146): what goes to an address of its
/// /96 prefix leaves with one IPv4 address, and what is answered finds back.
class FakeNat64 {
 public:
  /// `prefix`: its first 12 bytes count. `pool`: an IPv4 address that no host has.
  FakeNat64(const net::IpAddress& prefix, const net::IpAddress& pool)
      : prefix_(prefix), pool_(pool) {}

  /// The packet as it goes on: itself if it has nothing to do with us.
  [[nodiscard]] FakePacket translate(FakePacket packet) {
    const auto& to = packet.destination.address;
    if (is_ours(to)) {
      packet.source = {pool_, port_of({packet.source, packet.transport})};
      packet.destination.address = v4_in(to);
    } else if (to == pool_) {
      const auto inside = inside_.find(packet.destination.port);
      if (inside == inside_.end()) return packet;  // nobody has the address: it is lost
      packet.source.address = form_of(packet.source.address);
      packet.destination = inside->second.first;
    }
    return packet;
  }

 private:
  using Inside = std::pair<net::SocketAddress, net::Transport>;

  [[nodiscard]] bool is_ours(const net::IpAddress& address) const {
    return !address.is_v4() && std::equal(prefix_.bytes().begin(), prefix_.bytes().begin() + 12,
                                          address.bytes().begin());
  }
  [[nodiscard]] static net::IpAddress v4_in(const net::IpAddress& form) {
    const auto bytes = form.bytes();
    return net::IpAddress::v4({bytes[12], bytes[13], bytes[14], bytes[15]});
  }
  [[nodiscard]] net::IpAddress form_of(const net::IpAddress& v4) const {
    std::array<std::uint8_t, 16> bytes{};
    std::copy_n(prefix_.bytes().begin(), 12, bytes.begin());
    std::copy_n(v4.bytes().begin(), 4, bytes.begin() + 12);
    return net::IpAddress::v6(bytes);
  }
  [[nodiscard]] std::uint16_t port_of(const Inside& wanted) {
    for (const auto& [port, inside] : inside_) {
      if (inside == wanted) return port;
    }
    inside_.emplace(++last_port_, wanted);
    return last_port_;
  }

  net::IpAddress prefix_;
  net::IpAddress pool_;
  std::map<std::uint16_t, Inside> inside_;
  std::uint16_t last_port_ = 50'000;
};

}  // namespace godwit::test
