// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "media_side.h"

namespace bench {

/// One part of what a stream needs, in microseconds of processor time for 20 ms in the directions
/// that it has.
struct MediaPart {
  std::string name;
  double us = 0;
};

/// Each by itself, round all the streams in turn, so that none finds its memory in the cache because
/// the last one was its own.
[[nodiscard]] std::vector<MediaPart> measure_parts(const StreamOptions& options);

}  // namespace bench
