// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "lab/bench_matrix.h"
#include "lab/lab.h"

namespace godwit::lab {

/// What `godwit lab bench` was asked for.
struct BenchOptions {
  BenchSelection selection;
  bool list = false;    ///< print the rows and how long they take, walk none
  bool resume = false;  ///< keep the rows that bench.json has
  /// Runs, links, seed, form of the output, and the folder for all; each row has its own scenario,
  /// transport, server and peer.
  LabOptions lab;
};

/// Walks the rows one after the other, writes bench.json and bench.md after each, and prints the
/// table, or the JSON object, on stdout; a line for each row on stderr. A row that cannot be walked
/// is told of, and the next one comes.
///
/// Call it on the main thread: it handles SIGINT and SIGTERM until it returns.
/// @return 0 all survived · 9 not all did, or not all could be walked · 1 the lab cannot be built
///         here at all · 2 no such row, or what is to be resumed was measured otherwise · 130
///         interrupted, with what there is.
[[nodiscard]] int run_bench(const BenchOptions& options);

}  // namespace godwit::lab
