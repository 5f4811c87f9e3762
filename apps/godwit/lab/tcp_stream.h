// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lab/passage.h"
#include "lab/capture_file.h"

namespace godwit::lab {

/// Bytes of a stream that passed the capture point together.
struct StreamPiece {
  std::int64_t time_ns = 0;
  std::string bytes;
};

/// One direction of one TCP connection, put together from a capture: in order, each byte once,
/// timed by the packet that made it readable.
struct TcpStream {
  net::SocketAddress source;
  net::SocketAddress destination;
  bool sent = false;           ///< by the machine of the capture
  std::int64_t opened_ns = 0;  ///< its SYN, or first packet
  bool established = false;    ///< it carried anything but SYNs
  bool opened_here = false;    ///< this side sent the first SYN
  std::vector<StreamPiece> pieces;
};

/// All streams of a capture, in the order in which they began; both directions of a connection are
/// two streams.
[[nodiscard]] std::vector<TcpStream> tcp_streams(const std::vector<CapturedPacket>& packets);

}  // namespace godwit::lab
