// SPDX-License-Identifier: Apache-2.0
#include "ua/provisional_responses.h"

#include <utility>

#include "base/earlier_of.h"
#include "sip/header/option_tag.h"
#include "sip/header/rack.h"
#include "ua/own_fields.h"

namespace godwit::ua {
namespace {

// RFC 3261 §13.3.1.1: "a non-100 provisional response at every minute", lest a proxy gives the call
// up.
constexpr std::chrono::seconds kReminder{60};
constexpr std::size_t kMaxWaiting = 16;

}  // namespace

void ProvisionalResponses::begin(const sip::Message& invite) {
  constexpr auto kTag = sip::option_tag::kReliableProvisional;
  supported_ = lists_option(invite, sip::Field::supported, kTag);
  required_ = lists_option(invite, sip::Field::require, kTag);
}

Result<void> ProvisionalResponses::want(const Wanted& wanted) {
  if (wanted_.size() == kMaxWaiting) {
    return fail(Errc::wrong_state, "the caller has not acknowledged what it was told");
  }
  wanted_.push_back(wanted);
  return {};
}

const ProvisionalResponses::Wanted* ProvisionalResponses::next() const {
  if (wanted_.empty() || sender_.waits()) return nullptr;
  return &wanted_.front();
}

void ProvisionalResponses::send(sip::Message& response,
                                const std::optional<sdp::SessionDescription>& session,
                                TimePoint now) {
  const Wanted wanted = wanted_.front();
  wanted_.pop_front();
  if (session) {
    session_ = session;
    put_session(response, *session);
  }
  if (wanted.reliable && !caller_moved_) {
    response.add(sip::Field::require, sip::option_tag::kReliableProvisional);
    response.set(sip::Field::rseq, std::to_string(sender_.begin(now)));
    described_reliably_ = session.has_value();
  }
  latest_ = response;
  remind_at_ = now + kReminder;
}

bool ProvisionalResponses::on_prack(const sip::Message& prack, std::uint32_t invite) {
  const auto rack = sip::parse_rack(prack.field(sip::Field::rack).value_or(""));
  if (!rack || !sender_.on_prack(*rack, invite)) return false;
  settled_ = settled_ || std::exchange(described_reliably_, false);
  return true;
}

std::optional<ProvisionalResponses::Due> ProvisionalResponses::on_timeout(TimePoint now) {
  if (const auto due = sender_.on_timeout(now)) {
    return *due == sip::ReliableSender::Action::give_up ? Due::give_up : Due::send_again;
  }
  if (!remind_at_ || now < *remind_at_ || sender_.waits()) return std::nullopt;
  remind_at_ = now + kReminder;
  // One that has arrived is not sent again under its number (RFC 3262 §3).
  if (latest_->field(sip::Field::rseq)) {
    latest_->set(sip::Field::rseq, std::to_string(sender_.begin(now)));
  }
  return Due::send_again;
}

std::optional<TimePoint> ProvisionalResponses::next_deadline() const {
  return earlier_of(sender_.next_deadline(), remind_at_);
}

void ProvisionalResponses::on_caller_moved() {
  caller_moved_ = true;
  sender_.stop();
}

void ProvisionalResponses::stop() {
  sender_.stop();
  wanted_.clear();
  remind_at_.reset();
}

}  // namespace godwit::ua
