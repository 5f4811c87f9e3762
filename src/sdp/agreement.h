// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "net/socket_address.h"
#include "sdp/format_list.h"
#include "sdp/media_protection.h"
#include "sdp/session_description.h"

namespace godwit::sdp {

/// What both sides have agreed on for the one audio stream.
struct Agreement {
  net::SocketAddress remote;                         ///< where RTP goes
  /// c= gave this name instead: `remote` is unspecified, of the family it has to be looked up in.
  std::optional<NamedAddress> remote_name;
  Format send;                                       ///< payload type as the peer wants it
  Format receive;                                    ///< payload type as we announced it
  std::optional<std::uint8_t> send_telephone_event;  ///< payload type (RFC 4733)
  std::optional<std::uint8_t> receive_telephone_event;
  /// What the durations of those events are counted in, in Hz: the clock rate of `send`, unless there is
  /// only a telephone-event of 8,000 Hz beside a codec of another one.
  std::uint32_t telephone_event_rate = 8000;
  Direction direction = Direction::sendrecv;  ///< seen from us
  /// Everything else that the far end may send us without asking, with the payload types that we
  /// announced: other sound, between which it may change from packet to packet, and telephone-events of
  /// other clock rates.
  std::vector<Format> also_receive;
  /// Payload types of comfort noise (RFC 3389); empty: it is not used that way.
  std::optional<std::uint8_t> send_comfort_noise, receive_comfort_noise;
  std::chrono::milliseconds packet_time{20};  ///< of what we send: 10 to 60 ms, in steps of 10 ms
  bool rtcp_mux = false;                      ///< RTCP by the socket and port of RTP (RFC 5761)
  bool reduced_size_rtcp = false;             ///< RFC 5506
  bool voip_metrics = false;                  ///< the far end wants RTCP XR of our reception (RFC 3611 §5.1)
  /// Where RTCP goes if not to the port after RTP's (a=rtcp, RFC 3605).
  std::optional<net::SocketAddress> remote_rtcp;
  MediaProtection protection;

  bool operator==(const Agreement&) const = default;
};

}  // namespace godwit::sdp
