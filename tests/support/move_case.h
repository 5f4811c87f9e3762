// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/call_script.h"
#include "support/trouble.h"

namespace godwit::test {

/// What a call of Alice's is doing at the moment in which her network changes.
struct CallMoment {
  enum class End { up, over, either };
  std::string_view name;
  std::vector<std::string_view> before;  ///< lines of a script, each done whole
  std::vector<std::string_view> at;      ///< begun one after the other, without waiting
  Duration after{};                      ///< from the last of them to the change
  std::vector<std::string_view> later;   ///< 600 ms after the network works, each done whole
  End end = End::up;
  bool with_carol = false;
  std::chrono::seconds session_interval{0};  ///< 0: that of calls by themselves
  bool registers_anew = false;               ///< her REGISTER is under way
  /// It stands still: nothing but its refresh is to be answered. Otherwise a request of the call may be
  /// what is lost, which a stream does not repeat: it is given up after 64*T1 (RFC 3261 section 17).
  bool stands = false;
  /// In another family the caller dials anew, and finds only who is registered there.
  bool needs_binding = false;
};
inline void PrintTo(const CallMoment& moment, std::ostream* out) {
  *out << moment.name;
}
[[nodiscard]] std::span<const CallMoment> call_moments();

/// How Alice's network changes: called with the world at the moment of the change; it arranges the rest.
/// @return how long it takes until a network works for good
using ChangesNetwork = std::function<Duration(SimWorld&)>;

/// One call, one change, one trouble.
struct MoveCase {
  const CallMoment* moment = nullptr;
  net::Transport transport = net::Transport::udp;
  std::string_view from = "v4";  ///< "v4", "v6" or "dual": of Alice
  ChangesNetwork change;
  const Trouble* trouble = nullptr;  ///< from the change on; nullptr: none
  std::function<void(WorldOptions&)> world = {};  ///< what is different in it
  std::uint64_t seed = 1;
  Duration patience{};  ///< more than the 3 s in which all is well again, of the change
  /// What Alice has besides Wi-Fi, before she registers.
  std::function<void(SimWorld&)> prepare = {};
  std::size_t flows = 1;  ///< by which she is registered before the change; 0: she is not
};

/// Of a move: what Alice has before, and after.
struct FamilyChange {
  std::string_view from, to;
};
inline constexpr FamilyChange kFamilyChanges[] = {{"v4", "v4"}, {"v4", "v6"}, {"v6", "v4"}, {"v6", "v6"}};

/// From one network to the next: at once, with nothing in between for `down`.
[[nodiscard]] ChangesNetwork breaks_to(std::string_view family, Duration down = {});

/// Plays it. @return what went wrong, with the log; empty when nothing did.
///
/// 3 s after a network works, the trouble is over and any Retry-After has passed (and what more the moment and
/// the trouble say), the call is up and heard both ways (or has ended, where that is its end), by events that
/// keep to their rules; there was never more than one binding, and in the end it is the one of the new
/// address; nothing is left afterwards. A call that rings anew is answered anew.
[[nodiscard]] std::string play(const MoveCase& move);

}  // namespace godwit::test
