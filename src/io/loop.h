// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>

#include "godwit/time.h"

namespace asio {
class io_context;
}

namespace godwit::io {

struct ReceiveBatch;

/// The one loop of an agent: sockets, timers and posted functions, all on the thread that serves
/// it. Only `post()` and `stop()` may be called from other threads.
class Loop {
 public:
  Loop();
  /// A part of somebody else's loop, who serves it: `run()` and `poll()` wait for nothing.
  /// @param stopped  called once, from the loop, after the first `stop()`
  Loop(asio::io_context& context, std::function<void()> stopped);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// CLOCK_MONOTONIC.
  [[nodiscard]] TimePoint now() const;
  [[nodiscard]] std::chrono::system_clock::time_point wall() const;

  /// Serves until `stop()`; a later `run()` goes on where this one ended. Does nothing when called
  /// from inside the loop.
  void run();
  /// Serves what is due; when nothing is, waits at most `wait` for something. Does nothing when
  /// called from inside the loop. @return false once stopped.
  bool poll(Duration wait);
  /// Runs `f` on the loop, soon; never from inside this call. Any thread.
  void post(std::function<void()> f);
  /// Any thread.
  void stop();
  /// As `stop()`, and nobody is told: who is served by this loop is being destroyed.
  void close();
  /// Keeps `what` until its handler that runs now has returned, where nobody else does.
  void keep_for_this_turn(std::shared_ptr<void> what);

  /// Where datagrams are read to: one for all sockets of the loop, since only one reads at a time.
  [[nodiscard]] ReceiveBatch& receive_batch();
  [[nodiscard]] asio::io_context& context() { return *context_; }

 private:
  std::unique_ptr<ReceiveBatch> receive_batch_;
  std::unique_ptr<asio::io_context> own_;
  asio::io_context* context_;
  std::function<void()> told_when_stopped_;
  std::shared_ptr<void> work_;  // keeps the context from stopping when it has nothing to do
  std::atomic<bool> stopped_ = false;
  bool serving_ = false;
};

}  // namespace godwit::io
