// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lab/clock.h"
#include "lab/observation.h"

namespace godwit::lab {

/// A change as it was made: what, and when.
struct ChangeMark {
  std::string kind;  ///< "break" or "make"
  net::IpAddress from;
  net::IpAddress to;
  int down_ms = 0;
  Moment begun;                     ///< the first request to the kernel
  Moment coming;                    ///< the request that brings the new network was about to go
  Moment t0;                        ///< new address and route in place
  std::optional<Moment> from_gone;  ///< the old address left A; empty: it stays
  std::int64_t end_wall_ns = 0;     ///< the next change began, or the call was ended
  /// When sound was asked for, of a call that was held or rang; empty: it was to go on by itself.
  std::optional<Moment> sound_asked = std::nullopt;
  /// Where B went at the same moment: nothing reaches it where it was. Empty: it stays.
  std::optional<net::IpAddress> peer_to = std::nullopt;
  net::IpAddress outside{};         ///< behind a NAT: what others see of `to`

  /// A packet from there is from the new network, by what A or the far end sees of it.
  [[nodiscard]] bool is_new_source(const net::IpAddress& source) const {
    return source == to || (!outside.is_unspecified() && source == outside);
  }
};

/// What the captures show of one run.
struct Evidence {
  Observation a;
  Observation b;
};

/// One change in figures: milliseconds after t0, empty where it did not happen.
struct ChangeFigures {
  std::optional<double> noticed_ms;  ///< by A's own word
  std::optional<double> refresh_sent_ms;
  std::optional<double> refresh_answered_ms;
  std::optional<double> registered_ms;
  std::optional<double> first_rtp_out_at_peer_ms;
  std::optional<double> first_rtp_in_ms;
  std::optional<double> gap_out_ms;  ///< longest silence as B received it
  std::optional<double> gap_in_ms;   ///< longest silence as A received it
  std::optional<double> lost_out;    ///< 20 ms frames
  std::optional<double> lost_in;

  std::optional<double> first_rtp_out_ms;  ///< leaving A
  std::optional<double> gap_sent_ms;       ///< longest silence as A sent it
  int registers = 0;                       ///< REGISTERs A sent, without retransmissions
  int registers_challenged = 0;            ///< of these, answered 401 or 407
  int refreshes = 0;           ///< UPDATEs and re-INVITEs A sent, without retransmissions
  std::string refresh_method;  ///< of the first
  std::optional<double> sound_out_ms;  ///< after `sound_asked`: the first frame at the peer
  std::optional<double> sound_in_ms;   ///< the same, at A
  std::optional<double> redial_answered_ms;  ///< first 2xx to one of these
  int redials = 0;                           ///< calls dialled anew
};

/// A stretch of a run on the wall clock.
struct Stretch {
  std::int64_t from_ns = 0;
  std::int64_t until_ns = 0;
};

/// What the captures show of a stretch.
struct Shown {
  std::optional<double> sent_ms;      ///< longest silence that ended in it, as A sent
  std::optional<double> received_ms;  ///< the same as A received
  /// The same if what came within the millisecond in which the address went was still delivered:
  /// the capture cannot tell.
  std::optional<double> received_late_ms;
  std::optional<double> lost_in;  ///< 20 ms frames that A did not receive
};
[[nodiscard]] Shown shown_within(const Evidence& seen, const std::vector<ChangeMark>& changes,
                                 const Stretch& stretch);

/// Reads the figures of change number `index` out of the captures.
[[nodiscard]] ChangeFigures read_figures(const Evidence& seen,
                                         const std::vector<ChangeMark>& changes, std::size_t index);

/// The media that reached A at an address which it had at that moment. What is captured on its way
/// to an address that is gone for longer than `grace_ns` was not received.
[[nodiscard]] std::vector<const SeenRtp*> received_by_a(const Evidence& seen,
                                                        const std::vector<ChangeMark>& changes,
                                                        std::int64_t grace_ns = 0);
[[nodiscard]] std::vector<const SeenRtp*> received_by_b(const Evidence& seen);

/// A's contacts in the last 200 to a REGISTER of `user` that reached A before `until_wall_ns`.
[[nodiscard]] std::vector<std::string> last_bindings(const Evidence& seen, std::string_view user,
                                                     std::int64_t until_wall_ns);

}  // namespace godwit::lab
