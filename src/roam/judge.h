// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "net/network_snapshot.h"
#include "roam/in_use.h"

namespace godwit::roam {

/// What is to become of one link after a change.
enum class Verdict {
  keep,         ///< source still there and still the kernel's choice: touch nothing
  verify,       ///< the same, but it was away in between: one probe decides
  move_now,     ///< break before make: the source is gone, another works
  move_gently,  ///< make before break: the source is there, the kernel prefers another
  park,         ///< nothing leads there
};

struct Judgement {
  Verdict verdict = Verdict::keep;
  net::IpAddress source;  ///< to talk from, now; good unless parked
  net::IpAddress
      destination;  ///< to talk to, now: another address of the host after a family change
  bool family_changes = false;
  std::string reason;  ///< one sentence for the log

  bool operator==(const Judgement&) const = default;
};

/// Judges one link on a snapshot. `disturbed`: its source address was missing in an earlier
/// snapshot since the link last carried traffic. A link-local or 464XLAT source is never chosen
/// over another. Reachability follows, preference does not: a link that works stays in its family.
[[nodiscard]] Judgement judge(const Link& link, const net::NetworkSnapshot& snapshot,
                              bool disturbed);

[[nodiscard]] std::string_view to_string(Verdict verdict);

}  // namespace godwit::roam
