// SPDX-License-Identifier: Apache-2.0
#include "server/flow_token.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/byte_reader.h"
#include "base/byte_writer.h"

namespace godwit::server {
namespace {

constexpr std::size_t kMostAddress =
    1 + 16 + 4 + 2;  // how long it is, the address, its scope, the port
constexpr std::size_t kMostBytes = 1 + 8 + 2 * kMostAddress;

void put(ByteWriter& out, const net::SocketAddress& address) {
  const auto bytes = address.address.bytes();
  out.u8(static_cast<std::uint8_t>(bytes.size()));
  out.bytes(std::as_bytes(bytes));
  out.u32(address.address.scope());
  out.u16(address.port);
}

/// What `put` has written. It is our own: its lengths are true.
net::SocketAddress take_address(ByteReader& reader) {
  const std::size_t size = reader.u8();
  const auto bytes = reader.take(size);
  const std::uint32_t scope = reader.u32();
  const std::uint16_t port = reader.u16();
  const auto octet = [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); };
  if (size == 4) {
    std::array<std::uint8_t, 4> v4{};
    std::ranges::transform(bytes, v4.begin(), octet);
    return {net::IpAddress::v4(v4), port};
  }
  std::array<std::uint8_t, 16> v6{};
  std::ranges::transform(bytes.first(std::min(bytes.size(), v6.size())), v6.begin(), octet);
  return {net::IpAddress::v6(v6, scope), port};
}

}  // namespace

// transport id local remote
std::string FlowTokens::make(const net::Flow& flow) const {
  std::array<char, kMostBytes> room{};
  ByteWriter out(std::as_writable_bytes(std::span{room}));
  out.u8(static_cast<std::uint8_t>(flow.transport));
  out.u64(flow.id.value);
  put(out, flow.local);
  put(out, flow.remote);
  return sealed_.close({room.data(), out.size()});
}

std::optional<net::Flow> FlowTokens::read(std::string_view token) const {
  const auto bytes = sealed_.open(token);
  if (!bytes) return std::nullopt;
  ByteReader reader(std::as_bytes(std::span{*bytes}));
  net::Flow flow;
  flow.transport = static_cast<net::Transport>(reader.u8());
  flow.id = net::FlowId{reader.u64()};
  flow.local = take_address(reader);
  flow.remote = take_address(reader);
  return flow;
}

}  // namespace godwit::server
