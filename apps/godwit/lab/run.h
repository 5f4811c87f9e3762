// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "godwit/error.h"
#include "lab/lab.h"
#include "lab/link_queue.h"
#include "lab/progress.h"
#include "lab/report.h"
#include "lab/run_files.h"
#include "lab/scenario.h"

namespace godwit::lab {

struct RunOrder {
  const LabOptions& options;
  const Scenario& scenario;
  RunFiles files;
  std::uint64_t seed = 1;
};

/// The access links that were asked for.
[[nodiscard]] LinkShape link_shape(const LabOptions& options);

/// Walks a scenario once, from an empty rig to the figures. Everything it started has ended when it
/// returns. Fails where the rig or the call could not be set up: then nothing was measured.
[[nodiscard]] Result<RunResult> walk_once(const RunOrder& order, Progress& progress);

}  // namespace godwit::lab
