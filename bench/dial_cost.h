// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace bench {

struct DialCost {
  double microseconds = 0;  ///< from the command to the bytes of the INVITE, median
  double slow = 0;          ///< the same, of the slowest hundredth
};

/// Calls a name whose servers are known, again and again: finding the server, composing offer and
/// INVITE, opening the transaction, writing. Sockets are not part of it: the engine alone.
[[nodiscard]] DialCost measure_dialling(int calls);

}  // namespace bench
