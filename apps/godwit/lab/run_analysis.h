// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "lab/capture_file.h"
#include "lab/run.h"
#include "lab/wav_file.h"

namespace godwit::lab {

/// All that a run left to look at.
struct RunRecord {
  struct Change {
    ChangeMark mark;
    std::string from_label;
    std::string to_label;
  };
  std::vector<Change> changes;
  std::vector<CapturedPacket> at_a, at_b, at_core;
  std::vector<nlohmann::json> events;  ///< A's
  Samples heard_by_b;
  std::int64_t hang_up_wall_ns = 0;
  bool call_was_up = false;  ///< until we ended it
  std::vector<std::string> problems;
};

/// When media had passed both ways over the new network: wall time.
[[nodiscard]] std::optional<std::int64_t> media_back_at(const Observation& a, const Observation& b,
                                                        const ChangeMark& change);

/// Writes the captures to the run's folder and reads everything out of them.
[[nodiscard]] Result<RunResult> analyse(const RunOrder& order, const RunRecord& record);

}  // namespace godwit::lab
