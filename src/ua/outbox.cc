// SPDX-License-Identifier: Apache-2.0
#include "ua/outbox.h"

#include <utility>
#include <variant>

namespace godwit::ua {

// Nothing of this stands in the header: a vector of actions costs each file that touches one half a
// second to compile.

Outbox::Outbox() = default;
Outbox::~Outbox() = default;

void Outbox::io(sip::IoAction action) {
  actions_.emplace_back(std::move(action));
}

void Outbox::media(MediaAction action) {
  actions_.emplace_back(std::move(action));
}

void Outbox::emit(Event event, TimePoint at) {
  actions_.emplace_back(Emit{std::move(event), at});
}

void Outbox::log(LogLevel level, std::string component, std::string subject, std::string message) {
  actions_.emplace_back(
      WriteLog{{level, std::move(component), std::move(subject), std::move(message)}});
}

std::vector<Action> Outbox::take() {
  seen_ = 0;
  return std::exchange(actions_, {});
}

void Outbox::look_at_events(const std::function<void(const Event&)>& look) {
  while (seen_ < actions_.size()) {
    const auto* told = std::get_if<Emit>(&actions_[seen_++]);
    if (told != nullptr) look(Event(told->event));  // a copy: what `look` tells may move the actions
  }
}

void Outbox::pass_over_events() {
  seen_ = actions_.size();
}

}  // namespace godwit::ua
