// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "media_side.h"

namespace bench {

/// rtpengine, in user space, relays as many packets a second as the streams of `options` send and
/// receive: half as many calls, of two directions each. It only passes them on: nothing is decoded.
/// @return its processor time of a packet received and sent, in microseconds; empty: it is not
/// installed, or did not pass on at least 9 of 10 packets
[[nodiscard]] std::optional<double> measure_relay(const StreamOptions& options);

}  // namespace bench
