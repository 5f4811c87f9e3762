// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "godwit/error.h"
#include "lab/lab.h"
#include "lab/progress.h"

namespace godwit::lab {

/// What came of a scenario.
struct ScenarioReport {
  nlohmann::json object;  ///< has "survived", and "survived_runs": how many of them
  std::string table;      ///< the same for people
};

/// Walks a scenario as often as the options say, and writes the evidence to their folder, which is
/// named. Fails where a run could not be set up, or was interrupted.
[[nodiscard]] Result<ScenarioReport> run_scenario(const LabOptions& options, Progress& progress);

}  // namespace godwit::lab
