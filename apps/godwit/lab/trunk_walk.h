// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lab/progress.h"
#include "lab/run.h"
#include "lab/trunk_figures.h"

namespace godwit::lab {

inline constexpr std::size_t kTrunkCalls = 50;

/// One walk through the scenario "trunk-dual-wan".
struct TrunkResult {
  std::vector<StreamFigures> in;   ///< as A receives its calls
  std::vector<StreamFigures> out;  ///< as B does
  std::size_t reconnected = 0;     ///< calls that A told of as moved
  std::size_t ended = 0;           ///< calls that did not last
  int registers = 0;               ///< REGISTERs that A sent after the change
  std::vector<std::string> bindings;
  std::vector<std::string> problems;

  /// All calls are up, and each is heard both ways in the last second.
  [[nodiscard]] bool survived() const;
};

/// Walks the scenario once: 50 calls of one account are up when the uplink that carries them goes;
/// the other one is there already. Everything it started has ended when it returns.
[[nodiscard]] Result<TrunkResult> walk_trunk(const RunOrder& order, Progress& progress);

/// The JSON object of `godwit lab run trunk-dual-wan --json`.
[[nodiscard]] nlohmann::json make_trunk_report(const LabOptions& options,
                                               const std::vector<TrunkResult>& runs);
/// The same for people.
[[nodiscard]] std::string make_trunk_table(const nlohmann::json& report);

}  // namespace godwit::lab
