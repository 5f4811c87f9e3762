// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "lab/figures.h"

namespace godwit::lab {

/// What became of the sound of one call in one direction.
struct StreamFigures {
  std::optional<double> first_ms;  ///< after t0: the first frame that came by the new network
  double lost = 0;                 ///< 20 ms frames, from a second before the change on
  bool alive = false;              ///< it came in the last second, too
};

enum class StreamWay { to_a, to_b };

/// Every stream (SSRC) that came before the change, as its receiver saw it.
[[nodiscard]] std::vector<StreamFigures> read_streams(const Evidence& seen, const ChangeMark& change,
                                                      StreamWay way);

}  // namespace godwit::lab
