// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "godwit/error.h"
#include "lab/link_queue.h"
#include "lab/unique_fd.h"

namespace godwit::lab {

/// Carries packets between pairs of TUN devices, in user space: delay, jitter, loss, reordering,
/// rate.
///
/// One thread with real-time priority where the system grants it, one epoll, one timer set to the
/// nanosecond at which the next packet is due.
class LinkEmulator {
 public:
  LinkEmulator() = default;
  LinkEmulator(const LinkEmulator&) = delete;
  LinkEmulator& operator=(const LinkEmulator&) = delete;
  ~LinkEmulator();

  /// Before `start()`. Both directions get the same shape, each its own luck.
  void add_link(UniqueFd one_end, UniqueFd other_end, const LinkShape& shape, std::uint64_t seed);
  [[nodiscard]] Result<void> start();
  void stop();

 private:
  struct Direction {
    int from;
    int to;
    LinkQueue queue;
  };
  void loop();
  void take_in(Direction& direction);
  void hand_out(Direction& direction);
  void arm_timer();

  std::vector<UniqueFd> ends_;
  std::vector<Direction> directions_;
  UniqueFd epoll_;
  UniqueFd timer_;
  UniqueFd wake_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace godwit::lab
