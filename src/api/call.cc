// SPDX-License-Identifier: Apache-2.0
#include "godwit/call.h"

#include "api/user_agent_core.h"

namespace godwit {

Result<CallInfo> Call::info() const {
  const auto core = core_.lock();
  if (!core) return agent_is_gone(Errc::no_such_call);
  const auto& engine = std::as_const(core->driver).engine();
  auto info = engine.call_info(id_);
  const auto media = engine.media_of(id_);
  if (!info || !media) return info;
  if (const auto statistics = core->driver.media_statistics(*media)) {
    info->packets_sent = statistics->packets_sent;
    info->packets_received = statistics->packets_received;
    info->packets_lost = statistics->packets_lost;
    info->jitter_ms = statistics->jitter_ms;
  }
  return info;
}

namespace {

/// What `ask` wants to know of the sound of a call.
template <class Ask>
auto ask_sound(const std::shared_ptr<UserAgentCore>& core, CallId call, Ask ask)
    -> Result<decltype(ask(std::declval<const media::Session&>()))> {
  if (!core) return agent_is_gone(Errc::no_such_call);
  const auto media = std::as_const(core->driver).engine().media_of(call);
  if (!media) return fail(Errc::no_such_call, "call " + std::to_string(call.value));
  const media::Session* const session = core->driver.media_session(*media);
  if (session == nullptr) return fail(Errc::wrong_state, "the call has no sound yet");
  return ask(*session);
}

}  // namespace

Result<CallQuality> Call::quality() const {
  return ask_sound(core_.lock(), id_, [](const media::Session& s) { return s.quality(); });
}

Result<std::vector<QualitySecond>> Call::quality_history() const {
  return ask_sound(core_.lock(), id_, [](const media::Session& s) { return s.quality_history(); });
}

Result<void> Call::answer(const CallOptions& options) {
  return command(core_, Errc::no_such_call, [&](ua::Engine& engine, TimePoint now) {
    return engine.answer(id_, options, now);
  });
}

Result<void> Call::decline(int status) {
  return command(core_, Errc::no_such_call, [&](ua::Engine& engine, TimePoint now) {
    return engine.decline(id_, status, now);
  });
}

Result<void> Call::hang_up() {
  return command(core_, Errc::no_such_call,
                 [&](ua::Engine& engine, TimePoint now) { return engine.hang_up(id_, now); });
}

Result<void> Call::send_dtmf(std::string_view digits, std::chrono::milliseconds each,
                             DtmfMethod method) {
  return command(core_, Errc::no_such_call, [&](ua::Engine& engine, TimePoint now) {
    return engine.send_dtmf(id_, {std::string(digits), each, method}, now);
  });
}

Result<void> Call::hold() {
  return command(core_, Errc::no_such_call,
                 [&](ua::Engine& engine, TimePoint now) { return engine.hold(id_, now); });
}

Result<void> Call::resume() {
  return command(core_, Errc::no_such_call,
                 [&](ua::Engine& engine, TimePoint now) { return engine.resume(id_, now); });
}

Result<void> Call::transfer(std::string_view target) {
  return command(core_, Errc::no_such_call, [&](ua::Engine& engine, TimePoint now) {
    return engine.transfer(id_, target, now);
  });
}

Result<void> Call::transfer_to(const Call& other) {
  const auto core = core_.lock();
  if (!core) return agent_is_gone(Errc::no_such_call);
  if (other.core_.lock() != core) {
    return fail(Errc::invalid_argument, "the other call is another user agent's");
  }
  return core->driver.command(
      [&](ua::Engine& engine, TimePoint now) { return engine.transfer_to(id_, other.id_, now); });
}

Result<MessageId> Call::send_info(const MessageBody& body) {
  return command(core_, Errc::no_such_call, [&](ua::Engine& engine, TimePoint now) {
    return engine.send_info(id_, body, now);
  });
}

Result<MessageId> Call::send_message(const MessageBody& body) {
  return command(core_, Errc::no_such_call, [&](ua::Engine& engine, TimePoint now) {
    return engine.send_message(id_, body, now);
  });
}

Result<void> Call::send_progress(int status, const CallOptions& options) {
  return command(core_, Errc::no_such_call, [&](ua::Engine& engine, TimePoint now) {
    return engine.send_progress(id_, status, options, now);
  });
}

Result<void> Call::redirect(const std::vector<std::string>& targets) {
  return command(core_, Errc::no_such_call, [&](ua::Engine& engine, TimePoint now) {
    return engine.redirect(id_, targets, now);
  });
}

}  // namespace godwit
