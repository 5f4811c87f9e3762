// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lab/figures.h"
#include "lab/parties.h"
#include "lab/progress.h"
#include "lab/rig.h"
#include "lab/scenario.h"

namespace godwit::lab {

/// Whom a change happens to.
struct Stage {
  Rig& rig;
  Parties& parties;
  Progress& progress;
};

/// Makes one planned change of A's network and tells when what was done. Returns once all of it is
/// done: in an overlap that is after the old network has gone, too.
///
/// Each step is one system call, so that nothing lies between "Wi-Fi gone" and "LTE up" but the
/// down time that was asked for.
[[nodiscard]] Result<ChangeMark> make_network_change(const Stage& stage,
                                                     const PlannedChange& planned);

inline constexpr std::uint32_t kUsualMetric = 100;
inline constexpr std::uint32_t kStandbyMetric = 200;

}  // namespace godwit::lab
