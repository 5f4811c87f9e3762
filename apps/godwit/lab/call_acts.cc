// SPDX-License-Identifier: Apache-2.0
#include "lab/call_acts.h"

#include "lab/interrupt.h"

namespace godwit::lab {
namespace {

constexpr double kHoldLimitMs = 15'000;
constexpr double kStateBeforeMs = 1000;  // held, before the change
constexpr double kStateAfterMs = 2500;   // held or ringing, after it: more than a refresh and a try
// While these pass, an offer is on its way to the far end, or its answer on its way back.
constexpr double kEarliestMs = 15;
constexpr double kLatestMs = 90;

// One change finds a hold unanswered, the next one a resume.
bool offers_hold(std::size_t index) {
  return index % 2 == 0;
}

// The last that A told of holding.
std::optional<bool> held_by_us(const EventStream& events) {
  std::optional<bool> held;
  for (const EventStream::Event& event : events.events()) {
    if (event.value("type", "") == "call.hold") held = event.value("by_us", false);
  }
  return held;
}

}  // namespace

void CallActs::tell_a(const std::string& command, const std::string& words) {
  progress_.say(words);
  parties_.tell_a(command);
}

Result<void> CallActs::wait_for_hold(Hold hold) {
  constexpr double kStepMs = 10;
  const bool wanted = hold == Hold::on;
  for (double waited = 0; waited < kHoldLimitMs; waited += kStepMs) {
    if (held_by_us(parties_.a_events()).value_or(false) == wanted) return {};
    if (!parties_.call_is_up() || !pause_ms(kStepMs)) return {};
  }
  return fail(Errc::timed_out, "A did not tell that the call is held");
}

Result<void> CallActs::hold_and_wait() {
  tell_a("hold", "A holds the call");
  auto held = wait_for_hold(Hold::on);
  if (held) pause_ms(kStateBeforeMs);
  return held;
}

Result<void> CallActs::before(std::size_t index) {
  if (state_ == CallState::held) return hold_and_wait();
  if (state_ == CallState::offering && !offers_hold(index)) return hold_and_wait();
  return {};
}

void CallActs::right_before(std::size_t index, std::mt19937_64& random) {
  if (state_ != CallState::offering) return;
  if (offers_hold(index)) {
    tell_a("hold", "A holds the call");
  } else {
    tell_a("resume", "A resumes the call");
  }
  pause_ms(std::uniform_real_distribution<double>(kEarliestMs, kLatestMs)(random));
}

Result<std::optional<Moment>> CallActs::after(std::size_t index) {
  if (state_ == CallState::talking) return std::nullopt;
  if (state_ == CallState::offering) {
    if (!offers_hold(index)) return Moment::now();
    if (auto held = wait_for_hold(Hold::on); !held) return tl::unexpected(held.error());
  }
  pause_ms(kStateAfterMs);
  const Moment asked = Moment::now();
  if (state_ == CallState::ringing_out) {
    progress_.say("B answers");
    parties_.tell_b("answer");
  } else if (state_ == CallState::ringing_in) {
    tell_a("answer", "A answers");
  } else {
    tell_a("resume", "A resumes the call");
  }
  return asked;
}

}  // namespace godwit::lab
