// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace godwit::server {

/// What a server has seen since it started.
struct ServerCounters {
  std::uint64_t requests = 0;               ///< without ACK, CANCEL and copies of what came before
  std::uint64_t registrations = 0;          ///< REGISTERs answered with 200
  std::uint64_t registrations_refused = 0;  ///< by the rate of their source, with 503
  std::uint64_t registrations_dropped = 0;  ///< for the same reason, without an answer
  std::uint64_t malformed = 0;  ///< datagrams and pieces of streams that were no SIP message
};

}  // namespace godwit::server
