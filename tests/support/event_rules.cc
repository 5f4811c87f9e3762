// SPDX-License-Identifier: Apache-2.0
#include "support/event_rules.h"

#include <type_traits>

namespace godwit::test {
namespace {

template <class E, class = void>
struct HasCall : std::false_type {};
template <class E>
struct HasCall<E, std::void_t<decltype(E::call)>> : std::true_type {};

/// The call that an event tells of; 0: none.
CallId call_of(const Event& event) {
  return std::visit(
      [](const auto& e) {
        if constexpr (HasCall<std::decay_t<decltype(e)>>::value) return e.call;
        return CallId{};
      },
      event);
}

}  // namespace

void EventRules::on_event(const Event& event) {
  const auto call = call_of(event);
  if (call == CallId{}) return;
  const std::string type(type_of(event));
  if (ended_.contains(call)) {
    broken_ += type + " of call " + std::to_string(call.value) + ", which has ended\n";
    return;
  }
  if (std::holds_alternative<CallEnded>(event)) {
    open_.erase(call);
    ended_.insert(call);
    return;
  }
  open_[call] = type;
}

}  // namespace godwit::test
