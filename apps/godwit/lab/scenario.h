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
};

/// One change of A's network.
struct PlannedChange {
  ChangeForm form = ChangeForm::replace;
  Attachment from;
  Attachment to;
  int down_ms = 0;  ///< without any network

  /// "break": the old address was gone before the new one served; else "make".
  [[nodiscard]] const char* kind() const {
    return form == ChangeForm::overlap || form == ChangeForm::better ? "make" : "break";
  }
};

/// Where A starts, and what happens to it while it talks.
struct Scenario {
  std::string name;
  Attachment start;
  std::vector<PlannedChange> changes;
};

/// @return a scenario without changes if the name is unknown
[[nodiscard]] Scenario make_scenario(const std::string& name, int down_ms);

}  // namespace godwit::lab
