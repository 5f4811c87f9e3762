// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace bench {

/// What a stretch of work took from the heap. Live bytes are those of the blocks as the heap hands
/// them out, a little more than was asked for.
struct AllocationCount {
  std::uint64_t allocations = 0;  // malloc, calloc, realloc that moves or grows, operator new
  std::uint64_t bytes = 0;        // asked for
  std::int64_t live = 0;
  std::int64_t peak = 0;  // the highest that `live` was
};

/// The running count; nullptr when the program runs without the counting heap, as it does whenever
/// time is measured: bench/run preloads libcounting_heap.so only to count.
[[nodiscard]] AllocationCount* allocation_count();

}  // namespace bench
