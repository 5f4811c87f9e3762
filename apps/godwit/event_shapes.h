// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "event_json.h"

namespace godwit::cli {

/// The `type` of every event there is.
[[nodiscard]] const std::vector<std::string>& event_types();

/// An event of this type with empty fields: which there are, and of which kind. Null for others.
[[nodiscard]] Json event_shape(std::string_view type);

/// A field by its name; "report.gap_in_ms" looks inside. Null when there is none.
[[nodiscard]] Json field_of(const Json& event, std::string_view path);

/// The names of all fields, those inside of others with their path.
[[nodiscard]] std::vector<std::string> field_names(const Json& event);

}  // namespace godwit::cli
