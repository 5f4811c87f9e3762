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
  if (const auto* answered = std::get_if<MessageAnswered>(&event)) on_answered(*answered);
  if (const auto* progress = std::get_if<TransferProgress>(&event)) on_progress(*progress);
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
    transfers_.erase(call);
    return;
  }
  open_[call] = type;
}

void EventRules::on_progress(const TransferProgress& progress) {
  auto& open = transfers_[progress.call];
  if (open == 0) broken_ += "a transfer is told of that nobody asked for, or that is over\n";
  if (progress.final) --open;
}

void EventRules::on_answered(const MessageAnswered& answered) {
  if (answered_.insert(answered.message).second) return;
  broken_ += "message " + std::to_string(answered.message.value) + " was answered twice\n";
}

std::size_t EventRules::open_transfers() const {
  std::size_t count = 0;
  for (const auto& [call, open] : transfers_) count += open > 0 ? 1U : 0U;
  return count;
}

std::size_t EventRules::open_messages() const {
  std::size_t count = 0;
  for (const auto message : sent_) count += answered_.contains(message) ? 0U : 1U;
  return count;
}

}  // namespace godwit::test
