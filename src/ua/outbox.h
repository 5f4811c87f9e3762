// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "ua/action.h"

namespace godwit::ua {

/// Gathers what the engine asks of the shell, in order.
class Outbox {
 public:
  Outbox();
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  void io(sip::IoAction action);
  void media(MediaAction action);
  void emit(Event event, TimePoint at);
  void log(LogLevel level, std::string component, std::string subject, std::string message);
  [[nodiscard]] std::vector<Action> take();

  /// Hands each event that was told since the last time to `look`, which may tell more.
  void look_at_events(const std::function<void(const Event&)>& look);
  void pass_over_events();

 private:
  std::vector<Action> actions_;
  std::size_t seen_ = 0;
};

}  // namespace godwit::ua
