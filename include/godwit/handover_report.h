// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/export.h"
#include "godwit/ids.h"
#include "godwit/time.h"

namespace godwit {

/// How a call came from one network to another.
enum class HandoverKind {
  break_before_make,  ///< the old address was gone before the new one served
  make_before_break,  ///< the old path carried the call until the new one did
};

/// Why a call is being moved. Names as shown to people and in the JSON stream.
enum class ReconnectReason {
  network_lost,    ///< no usable network is left
  network_switch,  ///< another network, same address family
  family_switch,   ///< IPv4 to IPv6 or back
  app_request,     ///< `notify_network_changed()` asked for it
};

/// What one network change did to one call.
///
/// Times count from `noticed_at`, the moment the system first told of the change that the call was
/// moved for. A time that never came is empty.
struct HandoverReport {
  ChangeId change;
  HandoverKind kind = HandoverKind::break_before_make;
  ReconnectReason reason = ReconnectReason::network_switch;
  std::string from;  ///< our signalling address before, "10.1.0.2:5060"
  std::string to;    ///< our signalling address after

  TimePoint noticed_at{};                    ///< monotonic; zero of all the times below
  std::optional<Duration> refresh_sent;      ///< UPDATE or re-INVITE handed to the kernel
  std::optional<Duration> refresh_answered;  ///< its 2xx received
  std::optional<Duration> registered;        ///< 2xx to the REGISTER over the new flow
  std::optional<Duration> first_rtp_out;     ///< first RTP packet handed to the kernel on the new path
  std::optional<Duration> first_rtp_in;      ///< first RTP packet received on the new path
  Duration gap_out{};                        ///< longest time between two RTP packets sent
  Duration gap_in{};                         ///< longest time between two RTP packets received
  std::uint32_t lost_in = 0;                 ///< RTP packets that never came, by sequence number
  int retries = 0;                           ///< refreshes sent beyond the first
  std::vector<std::string> retry_reasons;    ///< one sentence for each retry
};

GODWIT_EXPORT std::string_view to_string(HandoverKind kind);
GODWIT_EXPORT std::string_view to_string(ReconnectReason reason);

}  // namespace godwit
