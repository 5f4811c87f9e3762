// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lab/figures.h"

namespace godwit::lab {

/// What A itself tells of a change, to be held against the captures.
struct OwnWord {
  std::optional<double> noticed_ms;      ///< after t0, by A's events
  std::int64_t began_mono_ns = 0;        ///< when it began to move the call; 0: it did not
  std::int64_t told_mono_ns = 0;         ///< when it told of the handover; 0: it did not
  std::optional<nlohmann::json> report;  ///< the HandoverReport of the call, if there is one
};

/// Where A's word and the capture differ by more than 5 ms, or by more than one packet.
struct Disagreement {
  std::string figure;
  std::optional<double> captured;
  std::optional<double> told;
};

[[nodiscard]] OwnWord own_word(const std::vector<nlohmann::json>& events, const ChangeMark& change);
/// @param shown  of the stretch that the report speaks of, see `stretch_of()`
[[nodiscard]] std::vector<Disagreement> compare(const OwnWord& word, const ChangeFigures& figures,
                                                const Shown& shown);
/// From beginning to move the call until telling: what comes later A could not know when it told.
[[nodiscard]] Stretch stretch_of(const OwnWord& word, const ChangeMark& change);

}  // namespace godwit::lab
