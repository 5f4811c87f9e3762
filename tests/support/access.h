// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <ostream>

#include "support/sim_world.h"

namespace godwit::test {

/// How Alice reaches the others when a case begins, and where she and Bob go if they move.
struct Access {
  const char* name;
  const char* alice;
  const char* alice_then;
  const char* bob_then;
  LinkOptions link{.delay = std::chrono::milliseconds{25}};
  net::Transport transport = net::Transport::udp;

  [[nodiscard]] WorldOptions world() const {
    WorldOptions options;
    options.seed = seed_of_run();
    options.access = link;
    options.alice_at = {alice};
    options.alice_by = options.bob_by = transport;
    return options;
  }
};

inline void PrintTo(const Access& access, std::ostream* out) {
  *out << access.name;
}

/// Both families, and links that lose, repeat and reorder.
inline auto accesses_by_udp() {
  return ::testing::Values(Access{"v4", "10.1.0.2", "10.2.0.7", "10.3.0.7"},
                           Access{"v6", "2001:db8:1::2", "2001:db8:2::7", "2001:db8:3::7"},
                           Access{"rough",
                                  "10.1.0.2",
                                  "10.2.0.7",
                                  "10.3.0.7",
                                  {.delay = std::chrono::milliseconds{25},
                                   .jitter = std::chrono::milliseconds{20},
                                   .loss = 0.1,
                                   .duplication = 0.1}});
}

inline auto accesses_by_tcp() {
  return ::testing::Values(Access{"tcp",
                                  "10.1.0.2",
                                  "10.2.0.7",
                                  "10.3.0.7",
                                  {.delay = std::chrono::milliseconds{25}},
                                  net::Transport::tcp});
}

}  // namespace godwit::test
