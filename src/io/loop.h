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

  /// Where datagrams are read to: one for all sockets of the loop, since only one reads at a time.
  [[nodiscard]] ReceiveBatch& receive_batch();
  [[nodiscard]] asio::io_context& context() { return *context_; }

 private:
  std::unique_ptr<ReceiveBatch> receive_batch_;
  std::unique_ptr<asio::io_context> context_;
  std::shared_ptr<void> work_;  // keeps the context from stopping when it has nothing to do
  std::atomic<bool> stopped_ = false;
  bool serving_ = false;
};

}  // namespace godwit::io
