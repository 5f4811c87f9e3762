// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "lab/attachment.h"

namespace godwit::lab {

enum class ChangeForm {
  replace,  ///< the old network goes, then (after the down time) the new one comes
  overlap,  ///< the new one comes, 300 ms later the default route flips, 3 s later the old one goes
  flap,     ///< the network goes and comes back with the same address
  better,   ///< another network comes beside and takes all routes
  withdraw,  ///< that one goes, the one beneath is used again
  prefer,    ///< the new one comes and is preferred at once, 3 s later the old one goes
  leave,     ///< an address goes, another one that was there beside it stays
  silence,   ///< the link stays up and nothing passes any more; the other one is there beside it
  sleep,     ///< A's program stands still; meanwhile one network goes and another one comes
  deaf_server,  ///< as replace, while the server stands still for some seconds
  rebind,    ///< the NAT in front starts anew: address and link stay, its mappings are others
  renumber,  ///< a new prefix comes and the old one is deprecated, 3 s later that goes
};

/// One change of A's network.
struct PlannedChange {
  ChangeForm form = ChangeForm::replace;
  Attachment from;
  Attachment to;
  int down_ms = 0;  ///< without any network
  bool peer_too = false;  ///< B gets other addresses at the same moment

  /// "break": the old address was gone before the new one served; else "make".
  [[nodiscard]] const char* kind() const {
    const bool make = form == ChangeForm::overlap || form == ChangeForm::better ||
                      form == ChangeForm::prefer;
    return make ? "make" : "break";
  }
};

/// What a scenario is about.
enum class Course {
  moves,    ///< a call is up while A's network changes
  contact,  ///< A looks for its server, registers and calls, in a network with a fault
  flood,    ///< a call is up while strangers send A whatever they like
  trunk,    ///< many calls of one account are up when its first uplink goes
};

/// What the call is doing while the network changes.
enum class CallState {
  talking,
  held,         ///< A holds it before each change, and resumes it after
  offering,     ///< A has just asked to hold it, then to resume it: the answer is under way
  ringing_out,  ///< A has dialled, B rings, and answers after the change
  ringing_in,   ///< B has dialled, A rings, and answers after the change
};

/// One of the two phones rings.
[[nodiscard]] constexpr bool rings(CallState state) {
  return state == CallState::ringing_out || state == CallState::ringing_in;
}

/// Where A starts, and what happens to it.
struct Scenario {
  std::string name;  ///< empty: there is no such scenario
  Attachment start;
  std::vector<PlannedChange> changes{};  ///< while it talks
  Course course = Course::moves;
  bool catch_up = false;        ///< what could not be sent is said afterwards
  double talk_after_ms = 3000;  ///< two-way speech after each change
  std::vector<Attachment> beside{};        ///< A has these from the start, too
  std::vector<std::string> call_options{}; ///< more words of A's `godwit call`
  CallState state = CallState::talking;
  bool only_v4_beyond = false;  ///< the server, B and all names have addresses of IPv4 alone
};

/// @return a scenario without name if it is unknown
[[nodiscard]] Scenario make_scenario(const std::string& name, int down_ms);

}  // namespace godwit::lab
