// SPDX-License-Identifier: Apache-2.0
#include "ua/engine_state.h"

namespace godwit::ua {

Result<void> Engine::play(CallId id, const PlaySource& source, TimePoint now) {
  return state_->with_call(id, now, [&](Call& call) { return call.play(source); });
}

Result<void> Engine::mute(CallId id, TimePoint now) {
  return state_->with_call(id, now, [](Call& call) { return call.set_mute(Call::Mute::on); });
}

Result<void> Engine::unmute(CallId id, TimePoint now) {
  return state_->with_call(id, now, [](Call& call) { return call.set_mute(Call::Mute::off); });
}

Result<void> Engine::start_recording(CallId id, const RecordOptions& options, TimePoint now) {
  return state_->with_call(id, now, [&](Call& call) { return call.start_recording(options); });
}

Result<void> Engine::stop_recording(CallId id, TimePoint now) {
  return state_->with_call(id, now, [](Call& call) { return call.stop_recording(); });
}

ConferenceId Engine::open_conference() {
  const ConferenceId id{++state_->last_conference};
  state_->conferences.insert(id);
  return id;
}

Result<void> Engine::close_conference(ConferenceId id, TimePoint now) {
  if (state_->conferences.erase(id) == 0) {
    return fail(Errc::invalid_argument, "conference " + std::to_string(id.value));
  }
  for (auto& [call_id, call] : state_->calls) {
    if (call->conference() == id) static_cast<void>(call->join({}));
  }
  state_->settle(now);
  return {};
}

Result<void> Engine::join(CallId id, ConferenceId conference, TimePoint now) {
  if (conference && !state_->conferences.contains(conference)) {
    return fail(Errc::invalid_argument, "conference " + std::to_string(conference.value));
  }
  return state_->with_call(id, now, [&](Call& call) { return call.join(conference); });
}

}  // namespace godwit::ua
