// SPDX-License-Identifier: Apache-2.0
#include "api/user_agent_core.h"
#include "godwit/call.h"

namespace godwit {

Result<void> Call::mute() {
  return command(core_, Errc::no_such_call,
                 [&](ua::Engine& engine, TimePoint now) { return engine.mute(id_, now); });
}

Result<void> Call::unmute() {
  return command(core_, Errc::no_such_call,
                 [&](ua::Engine& engine, TimePoint now) { return engine.unmute(id_, now); });
}

Result<void> Call::play(const PlaySource& source) {
  return file_command(core_, Errc::no_such_call, [&](ua::Engine& engine, TimePoint now) {
    return engine.play(id_, source, now);
  });
}

Result<void> Call::start_recording(const RecordOptions& options) {
  return file_command(core_, Errc::no_such_call, [&](ua::Engine& engine, TimePoint now) {
    return engine.start_recording(id_, options, now);
  });
}

Result<void> Call::stop_recording() {
  return command(core_, Errc::no_such_call, [&](ua::Engine& engine, TimePoint now) {
    return engine.stop_recording(id_, now);
  });
}

Result<void> Call::join(ConferenceId conference) {
  return command(core_, Errc::no_such_call, [&](ua::Engine& engine, TimePoint now) {
    return engine.join(id_, conference, now);
  });
}

}  // namespace godwit
