// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "godwit/time.h"
#include "support/wall_clock.h"

namespace godwit::test {

/// The clock of a simulation: time is the moment of the next thing that was arranged. Things
/// arranged for the same moment happen in the order in which they were arranged.
class VirtualTime {
 public:
  using Task = std::function<void()>;

  [[nodiscard]] TimePoint now() const { return now_; }

  void at(TimePoint when, Task task) {
    tasks_.push({std::max(when, now_), ++last_, std::move(task)});
  }
  void after(Duration delay, Task task) { at(now_ + delay, std::move(task)); }

  /// Everything up to and including `end` happens; the time is then `end`.
  void run_until(TimePoint end) {
    while (!tasks_.empty() && tasks_.top().when <= end) step();
    set_now(std::max(now_, end));
  }
  void run_for(Duration span) { run_until(now_ + span); }

  /// Runs until the condition holds, at most for `limit`. @return whether it holds.
  bool run_until(const std::function<bool()>& condition, Duration limit) {
    const TimePoint end = now_ + limit;
    while (!condition()) {
      if (tasks_.empty() || tasks_.top().when > end) {
        set_now(std::max(now_, end));
        return condition();
      }
      step();
    }
    return true;
  }

 private:
  struct Entry {
    TimePoint when{};
    std::uint64_t order = 0;
    Task task;
    bool operator<(const Entry& other) const {  // the queue gives its greatest first
      return std::pair(when, order) > std::pair(other.when, other.order);
    }
  };
  void step() {
    Task task = std::move(const_cast<Entry&>(tasks_.top()).task);
    set_now(tasks_.top().when);
    tasks_.pop();
    task();
  }
  void set_now(TimePoint now) {
    now_ = now;
    WallClock::set(now);
  }

  TimePoint now_ = TimePoint{} + std::chrono::hours{1};
  std::uint64_t last_ = 0;
  std::priority_queue<Entry> tasks_;
};

}  // namespace godwit::test
