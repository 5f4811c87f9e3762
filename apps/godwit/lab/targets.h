// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "lab/lab.h"

namespace godwit::lab {

/// What a figure may be at the most, or at the least.
struct Limit {
  double value = 0;
  bool least = false;

  /// Compares a figure of the report, its median if there are several runs.
  [[nodiscard]] bool met_by(const nlohmann::json& figure) const;
  /// "at most 115".
  [[nodiscard]] std::string text() const;
};

/// The figures that a change is to reach, by their field names.
struct Limits {
  std::map<std::string, Limit> all;

  void at_most(const std::string& field, double value) { all[field] = {.value = value}; }
  void at_least(const std::string& field, double value) {
    all[field] = {.value = value, .least = true};
  }
  [[nodiscard]] std::optional<Limit> of(const std::string& field) const {
    const auto found = all.find(field);
    if (found == all.end()) return std::nullopt;
    return found->second;
  }
};

/// What docs/network-change.md promises for such a change on links like these. Links that lose or
/// delay at random promise nothing.
[[nodiscard]] Limits limits_for(const LabOptions& options, const nlohmann::json& change);

/// One sentence for each figure beyond its limit.
[[nodiscard]] nlohmann::json missed_targets(const LabOptions& options,
                                            const nlohmann::json& report);

}  // namespace godwit::lab
