// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "net/flow.h"
#include "net/socket_address.h"

namespace godwit::test {

/// What a TCP segment says besides its bytes. Sequence numbers count bytes from 0 in each
/// direction; the end of a direction counts as one more.
struct Segment {
  enum class Kind : std::uint8_t { syn, syn_ack, data, reset };
  Kind kind = Kind::data;
  std::uint64_t connection =
      0;                       ///< drawn by the end that connects; tells two lives of a port apart
  std::uint64_t sequence = 0;  ///< of the first byte
  std::uint64_t acknowledged = 0;  ///< all before this one has come
  bool finishes = false;           ///< nothing follows the bytes
};

/// One packet on its way: a datagram, or with `segment` a piece of a TCP connection.
struct FakePacket {
  net::SocketAddress source;
  net::SocketAddress destination;
  std::string bytes;
  /// TCP for every segment; the tap sees what is written to a stream with the stream's own.
  net::Transport transport = net::Transport::udp;
  std::optional<Segment> segment{};
};

}  // namespace godwit::test
