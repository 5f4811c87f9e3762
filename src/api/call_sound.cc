// SPDX-License-Identifier: Apache-2.0
#include "api/user_agent_core.h"
#include "godwit/call.h"

namespace godwit {
namespace {

tl::unexpected<Error> agent_is_gone() {
  return fail(Errc::no_such_call, "the user agent is gone");
}

}  // namespace

Result<void> Call::mute() {
  const auto core = core_.lock();
  if (!core) return agent_is_gone();
  return core->driver.command(
      [&](ua::Engine& engine, TimePoint now) { return engine.mute(id_, now); });
}

Result<void> Call::unmute() {
  const auto core = core_.lock();
  if (!core) return agent_is_gone();
  return core->driver.command(
      [&](ua::Engine& engine, TimePoint now) { return engine.unmute(id_, now); });
}

Result<void> Call::play(const PlaySource& source) {
  const auto core = core_.lock();
  if (!core) return agent_is_gone();
  return core->driver.file_command(
      [&](ua::Engine& engine, TimePoint now) { return engine.play(id_, source, now); });
}

Result<void> Call::start_recording(const RecordOptions& options) {
  const auto core = core_.lock();
  if (!core) return agent_is_gone();
  return core->driver.file_command(
      [&](ua::Engine& engine, TimePoint now) { return engine.start_recording(id_, options, now); });
}

Result<void> Call::stop_recording() {
  const auto core = core_.lock();
  if (!core) return agent_is_gone();
  return core->driver.command(
      [&](ua::Engine& engine, TimePoint now) { return engine.stop_recording(id_, now); });
}

Result<void> Call::join(ConferenceId conference) {
  const auto core = core_.lock();
  if (!core) return agent_is_gone();
  return core->driver.command(
      [&](ua::Engine& engine, TimePoint now) { return engine.join(id_, conference, now); });
}

}  // namespace godwit
