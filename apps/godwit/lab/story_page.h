// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lab/lab.h"
#include "lab/story.h"

namespace godwit::lab {

/// One run as a page of HTML that needs nothing else, no script and no network. The report is in it
/// as JSON too
/// (`#figures`), and each figure shown carries its name in the report (`data-figure`).
///
/// @param report  of this run alone (`make_report`)
[[nodiscard]] std::string render_page(const LabOptions& options, const nlohmann::json& report,
                                      const std::vector<Story>& stories);

/// All runs of an order as a page: medians, and a link to the page of each run, which lies in a
/// folder of its own.
///
/// @param folders  of the runs, relative to the page
[[nodiscard]] std::string render_overview(const LabOptions& options, const nlohmann::json& report,
                                          const std::vector<std::string>& folders);

}  // namespace godwit::lab
