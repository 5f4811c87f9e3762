// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "lab/bench_matrix.h"
#include "lab/lab.h"

namespace godwit::lab {

/// The object of a row in bench.json: what the report of its runs says, in short.
[[nodiscard]] nlohmann::json describe_row(const BenchRow& row, const LabOptions& options,
                                          const nlohmann::json& report);

/// The object of a row that could not be walked; the sentence says why.
[[nodiscard]] nlohmann::json describe_failed_row(const BenchRow& row, const std::string& sentence);

/// Whether every run of the row was survived.
[[nodiscard]] bool row_survived(const nlohmann::json& row);

/// A line for each change of each row, as a Markdown table that a terminal shows as well.
[[nodiscard]] std::string make_bench_table(const nlohmann::json& bench);

/// bench.md: method, versions, machine and date, and the table.
[[nodiscard]] std::string make_bench_document(const nlohmann::json& bench);

}  // namespace godwit::lab
