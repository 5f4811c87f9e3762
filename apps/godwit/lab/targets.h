// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "lab/lab.h"

namespace godwit::lab {

/// The figures that a change is to reach: field name to greatest value.
struct Limits {
  std::map<std::string, double> greatest;

  [[nodiscard]] std::optional<double> of(const std::string& field) const {
    const auto found = greatest.find(field);
    if (found == greatest.end()) return std::nullopt;
    return found->second;
  }
};

/// What docs/network-change.md promises for such a change on links like these. Links that lose or
/// delay at random promise nothing.
[[nodiscard]] Limits limits_for(const LabOptions& options, const nlohmann::json& change);

/// Compares a figure of the report, its median if there are several runs.
[[nodiscard]] bool within_limit(const nlohmann::json& value, double limit);

/// One sentence for each figure beyond its limit.
[[nodiscard]] nlohmann::json missed_targets(const LabOptions& options,
                                            const nlohmann::json& report);

}  // namespace godwit::lab
