// SPDX-License-Identifier: Apache-2.0
#include "in_call_keys.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <ctime>

#include "shown_text.h"

namespace godwit::cli {
namespace {

std::string recording_file(CallId call, int n) {
  return fmt::format("call-{:%Y%m%d-%H%M%S}-{}-{}.wav", fmt::localtime(std::time(nullptr)),
                     call.value, n);
}

bool is_up(const CallInfo& info) {
  return info.state == CallState::up || info.state == CallState::reconnecting;
}

}  // namespace

InCallKeys::InCallKeys(AgentSession& session, CallDesk& desk)
    : session_(session), desk_(desk), mode_(STDIN_FILENO) {
  session_.output().note("keys: " + key_summary());
  input_ = std::make_unique<StandardInput>(STDIN_FILENO, [this](std::string bytes) {
    session_.agent().post([this, bytes = std::move(bytes)] { on_bytes(bytes); });
  });
}

InCallKeys::~InCallKeys() {
  session_.output().status("");
}

void InCallKeys::show_status() {
  const std::string prompt = reader_.prompt();
  session_.output().status(prompt.empty() ? status_line(desk_, std::chrono::steady_clock::now())
                                          : shown(prompt));
}

void InCallKeys::on_bytes(const std::string& bytes) {
  for (const KeyPress& press : reader_.on_bytes(bytes)) on_press(press);
  desk_.look();
  show_status();
}

void InCallKeys::on_press(const KeyPress& press) {
  if (press.action == KeyAction::help) {
    for (std::string rest = key_help(); !rest.empty();) {
      const auto end = rest.find('\n');
      session_.output().note(rest.substr(0, end));
      rest = end == std::string::npos ? "" : rest.substr(end + 1);
    }
    return;
  }
  if (press.action == KeyAction::unknown) {
    return session_.output().note(
        fmt::format("{} means nothing here; ? shows the keys", shown(press.text)));
  }
  const Result<void> done = act(press, session_.agent().call(desk_.current()));
  if (!done) session_.output().problem(verdict_on(done.error(), "Not done"));
}

Result<void> InCallKeys::act(const KeyPress& press, Call call) {
  const Result<CallInfo> info = call.info();
  switch (press.action) {
    case KeyAction::hold_or_resume:
      return info && info->held_by_us ? call.resume() : call.hold();
    case KeyAction::mute:
      return info && info->muted ? call.unmute() : call.mute();
    case KeyAction::transfer:
      return call.transfer(press.text);
    case KeyAction::connect:
      return connect(call);
    case KeyAction::conference:
      return change_conference();
    case KeyAction::dial:
      return desk_.dial(press.text, desk_.options()).map([](const Call&) {});
    case KeyAction::next_call:
      desk_.choose_next();
      return {};
    case KeyAction::digit:
      return call.send_dtmf(press.text);
    case KeyAction::record:
      return change_recording(call);
    case KeyAction::answer:
      return answer();
    case KeyAction::decline:
      return decline();
    case KeyAction::hang_up:
      return call.hang_up();
    case KeyAction::help:
    case KeyAction::unknown:
      break;
  }
  return {};
}

Result<void> InCallKeys::answer() {
  const CallId ringing = desk_.ringing();
  if (!ringing) return fail(Errc::wrong_state, "nobody calls");
  return desk_.answer(ringing, desk_.options());
}

Result<void> InCallKeys::decline() {
  const CallId ringing = desk_.ringing();
  if (!ringing) return fail(Errc::wrong_state, "nobody calls");
  constexpr int kDecline = 603;
  return session_.agent().call(ringing).decline(kDecline);
}

CallId InCallKeys::next_up(CallId except) const {
  for (const DeskCall& call : desk_.calls()) {
    if (call.story.call() != except && !call.story.ended() && is_up(call.info)) {
      return call.story.call();
    }
  }
  return {};
}

Result<void> InCallKeys::connect(Call call) {
  const CallId other = next_up(call.id());
  if (!other) return fail(Errc::wrong_state, "there is no other call to connect it with");
  return call.transfer_to(session_.agent().call(other));
}

Result<void> InCallKeys::change_conference() {
  if (conference_) {
    auto closed = session_.agent().close_conference(std::exchange(conference_, {}));
    if (closed) session_.output().note("the conference is closed");
    return closed;
  }
  conference_ = session_.agent().open_conference();
  for (const DeskCall& one : desk_.calls()) {
    if (one.story.ended() || !is_up(one.info)) continue;
    Call call = session_.agent().call(one.story.call());
    if (one.info.held_by_us) static_cast<void>(call.resume());  // who cannot be resumed still joins
    if (auto joined = call.join(conference_); !joined) return joined;
  }
  session_.output().note("all calls are in one conference");
  return {};
}

Result<void> InCallKeys::change_recording(Call call) {
  const Result<CallInfo> info = call.info();
  if (!info) return tl::unexpected(info.error());
  if (info->recording) {
    session_.output().note("recording stopped");
    return call.stop_recording();
  }
  RecordOptions options;
  options.file = recording_file(call.id(), ++recordings_);
  auto started = call.start_recording(options);
  if (started) session_.output().note("recording to " + options.file);
  return started;
}

}  // namespace godwit::cli
