// SPDX-License-Identifier: Apache-2.0
#include "ua/engine_state.h"

namespace godwit::ua {

Result<void> Engine::hold(CallId id, TimePoint now) {
  auto* call = state_->find_call(id);
  if (call == nullptr) return fail(Errc::no_such_call, "call " + std::to_string(id.value));
  auto result = call->set_hold(Call::Hold::on, now);
  state_->settle(now);
  return result;
}

Result<void> Engine::resume(CallId id, TimePoint now) {
  auto* call = state_->find_call(id);
  if (call == nullptr) return fail(Errc::no_such_call, "call " + std::to_string(id.value));
  auto result = call->set_hold(Call::Hold::off, now);
  if (result) state_->hold_others(id, now);
  state_->settle(now);
  return result;
}

void Engine::State::hold_others(CallId active, TimePoint now) {
  if (options.active_calls == ActiveCalls::all) return;
  for (auto& [id, call] : calls) {
    if (id == active || call->waits_for_user() || are_together(id, active)) continue;
    call->put_aside(Call::Hold::on, now);
  }
}

}  // namespace godwit::ua
