// SPDX-License-Identifier: Apache-2.0
#include "io/timer.h"

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <utility>

namespace godwit::io {

struct Timer::Op : std::enable_shared_from_this<Timer::Op> {
  Op(Loop& l, std::function<void()> f) : loop(l), timer(l.context()), due(std::move(f)) {}

  Loop& loop;
  asio::steady_timer timer;
  std::function<void()> due;
  std::optional<TimePoint> armed;    // when the owner wants to be woken
  std::optional<TimePoint> waiting;  // when the system will wake us: never later than `armed`
  bool closed = false;

  void wait(TimePoint at) {
    waiting = at;
    timer.expires_at(std::chrono::steady_clock::time_point(at.time_since_epoch()));
    timer.async_wait([op = shared_from_this(), at](std::error_code) {
      if (op->waiting == at) op->wake();  // otherwise an earlier wait took its place
    });
  }

  void wake() {
    waiting.reset();
    if (closed || !armed) return;
    if (loop.now() < *armed) return wait(*armed);
    armed.reset();
    due();
  }
};

Timer::Timer(Loop& loop, std::function<void()> due)
    : op_(std::make_shared<Op>(loop, std::move(due))) {}

Timer::~Timer() {
  op_->closed = true;
  op_->waiting.reset();
  op_->timer.cancel();
}

// A later time leaves the running wait alone: it wakes once too early and waits on. That spares
// most of the system calls, since deadlines mostly move back.
void Timer::arm(std::optional<TimePoint> at) {
  op_->armed = at;
  if (at && (!op_->waiting || *at < *op_->waiting)) op_->wait(*at);
}

}  // namespace godwit::io
