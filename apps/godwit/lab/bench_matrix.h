// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "godwit/error.h"

namespace godwit::lab {

/// One row of `godwit lab bench`: a scenario with who takes part.
struct BenchRow {
  std::string scenario;
  std::string transport;
  std::string server;
  std::string peer;
  bool in_slice = false;  ///< also in the slice of five minutes

  /// "wifi-to-lte/tls/kamailio/godwit".
  [[nodiscard]] std::string name() const;
  bool operator==(const BenchRow&) const = default;
};

/// Which rows of the matrix.
struct BenchSelection {
  bool slice = false;  ///< those of the slice alone
  std::string only;    ///< a regular expression (ECMAScript) found in the name; empty: all
};

/// The whole matrix, in the order in which it is walked.
[[nodiscard]] const std::vector<BenchRow>& bench_matrix();

/// Fails with Errc::invalid_argument where the expression is none, or names no row.
[[nodiscard]] Result<std::vector<BenchRow>> select_rows(const BenchSelection& selection);

/// How long one run of a row takes about, in seconds.
[[nodiscard]] double expected_seconds(const BenchRow& row);

}  // namespace godwit::lab
