// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <functional>
#include <thread>

namespace godwit::cli {

/// What the user or the system wants of a running command.
enum class Wish {
  hang_up,    ///< SIGINT: end politely; a second one ends the program on the spot
  terminate,  ///< SIGTERM, SIGHUP (the terminal is gone): hang up, unregister and end
  look,       ///< SIGUSR1: look at the network now
};

/// Turns signals into calls of one function, on a thread of its own: nothing in the program has to
/// be safe inside a signal handler. The signals are blocked for all threads started after it. SIGHUP is
/// left alone where it is ignored.
class StopSignals {
 public:
  /// `on_wish` runs on the signal thread.
  explicit StopSignals(std::function<void(Wish)> on_wish);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

 private:
  void serve();

  std::function<void(Wish)> on_wish_;
  sigset_t before_{};
  int signals_ = -1;
  int wake_ = -1;
  std::thread thread_;
};

}  // namespace godwit::cli
