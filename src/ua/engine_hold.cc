// SPDX-License-Identifier: Apache-2.0
#include "ua/engine_state.h"

namespace godwit::ua {

Result<void> Engine::hold(CallId id, TimePoint now) {
  return state_->with_call(id, now, [&](Call& call) { return call.set_hold(Call::Hold::on, now); });
}

Result<void> Engine::resume(CallId id, TimePoint now) {
  return state_->with_call(id, now, [&](Call& call) {
    auto result = call.set_hold(Call::Hold::off, now);
    if (result) state_->hold_others(id, now);
    return result;
  });
}

void Engine::State::hold_others(CallId active, TimePoint now) {
  if (options.active_calls == ActiveCalls::all) return;
  for (auto& [id, call] : calls) {
    if (id == active || call->waits_for_user() || are_together(id, active)) continue;
    call->put_aside(Call::Hold::on, now);
  }
}

}  // namespace godwit::ua
