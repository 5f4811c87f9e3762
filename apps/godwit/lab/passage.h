// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "net/flow.h"
#include "net/socket_address.h"

namespace godwit::lab {

/// When and between whom something passed a capture point.
struct Passage {
  std::int64_t time_ns = 0;
  bool sent = false;  ///< left the machine; else came in
  net::SocketAddress source;
  net::SocketAddress destination;
  net::Transport transport = net::Transport::udp;
};

}  // namespace godwit::lab
