// SPDX-License-Identifier: Apache-2.0
#include "sip/header/address.h"
#include "sip/header/dialog_reference.h"
#include "sip/header/event_package.h"
#include "sip/header/number.h"
#include "sip/header/option_tag.h"
#include "sip/header/plain_text.h"
#include "sip/header/refer_sub.h"
#include "sip/header/referred_by.h"
#include "sip/header/subscription_state.h"
#include "sip/message/dial_target.h"
#include "sip/message/escape.h"
#include "ua/call.h"
#include "ua/request_check.h"
#include "ua/sip_fragment.h"

namespace godwit::ua {
namespace {

// How long the peer is told of the call that it asked for (RFC 3515 §2.4.4: the notifier's choice).
constexpr auto kNoticeLifetime = std::chrono::seconds{180};

/// A header of a Refer-To URI, unescaped (RFC 3891 §4). Empty: it has none such.
std::optional<std::string> uri_header(const sip::Uri& uri, std::string_view name) {
  const auto* escaped = sip::find_parameter(uri.headers, name);
  if (escaped == nullptr) return std::nullopt;
  auto text = sip::unescape(*escaped);
  if (!text) return std::nullopt;
  return *std::move(text);
}

std::string written(const sip::Uri& uri) { return sip::to_string(sip::NameAddr{{}, uri, {}}); }

}  // namespace

std::string shown(const std::string& referred_by) {
  const auto read = sip::parse_referred_by(referred_by);
  if (!read) return {};
  return sip::plain_text(sip::to_string(sip::NameAddr{read->display_name, read->uri, {}}));
}

// We ask the peer to call somebody else.

Result<void> Call::transfer(sip::Uri target, TimePoint now) {
  if (state_ != State::up) return fail(Errc::wrong_state, "the call is not up");
  if (transfer_) return fail(Errc::wrong_state, "a transfer is under way");
  transfer_.emplace(now);
  sip::ReferredBy by;
  by.uri = identity_.address_of_record.uri;
  requests_.add({sip::Method::refer,
                 CallRequests::Referral{},
                 {{sip::Field::refer_to, written(target)},
                  {sip::Field::referred_by, sip::to_string(by)}},
                 {},
                 {}});
  pump(now);
  return {};
}

// RFC 5589 §7: the tags as the one who is to be called knows them.
Result<void> Call::transfer_to(const Call& other, TimePoint now) {
  if (other.state_ != State::up || !other.dialog_) {
    return fail(Errc::wrong_state, "the other call is not up");
  }
  sip::Replaces replaces;
  replaces.call_id = other.dialog_->call_id();
  replaces.to_tag = other.dialog_->remote_tag();
  replaces.from_tag = other.dialog_->local_tag();
  sip::Uri target = other.dialog_->remote().uri;
  target.headers = {{"Replaces", sip::escape(sip::to_string(replaces), sip::UriPart::header)}};
  return transfer(std::move(target), now);
}

void Call::tell_transfer(const Transfer::News& news, TimePoint now) {
  if (!news) return;
  context_.out.emit(TransferProgress{id_, news->status, news->reason, news->final}, now);
  if (!news->final) return;
  transfer_.reset();
  if (news->status / 100 == 2) hang_up(now);
}

void Call::on_notify(const sip::RequestReceived& received, TimePoint now) {
  const auto& request = received.request;
  if (!transfer_ || !transfer_->is_told_by(request)) {
    return reply(received.transaction, request, 481, now);  // RFC 6665 §4.1.3
  }
  reply(received.transaction, request, 200, now);
  tell_transfer(transfer_->on_notify(request, now), now);
}

// The peer asks us to call somebody else.

void Call::on_refer(const sip::RequestReceived& received, TimePoint now) {
  const auto& request = received.request;
  const auto refuse_with = [&](int status, const std::string& why) {
    log(LogLevel::info, "REFER was refused: " + why);
    reply(received.transaction, request, status, now);
  };
  // RFC 3515 §2.4.2
  if (request.count(sip::Field::refer_to) != 1) return refuse_with(400, "not one Refer-To");
  const auto refer_to = sip::parse_address(*request.field(sip::Field::refer_to));
  if (!refer_to) return refuse_with(400, "Refer-To does not read");
  const auto& uri = refer_to->uri;
  const auto* method = sip::find_parameter(uri.parameters, "method");
  if (method != nullptr && *method != "INVITE") return refuse_with(403, "only calls are made");
  const auto target = sip::read_dial_target(sip::to_string(uri), &identity_.address_of_record.uri);
  if (!target) return refuse_with(416, target.error().detail);
  if (state_ != State::up) return refuse_with(403, "the call is not up");
  if (referral_) return refuse_with(491, "another one is under way");

  ReferredCall wanted{id_, target->address.uri, {}, {}, {}};
  const auto by = request.field(sip::Field::referred_by);
  if (by && sip::parse_referred_by(*by)) wanted.referred_by = std::string(*by);
  const auto replaces = uri_header(uri, "Replaces");
  if (replaces && sip::parse_replaces(*replaces)) wanted.replaces = *replaces;
  const auto joins = uri_header(uri, "Join");
  if (!replaces && joins && sip::parse_join(*joins)) wanted.joins = *joins;
  if (identity_.transfers == TransferPolicy::refuse) {
    refuse_with(603, "transfers are not followed");
    return context_.out.emit(
        TransferRequested{id_, sip::to_string(wanted.target), shown(wanted.referred_by), {}}, now);
  }
  referred_to_ = sip::to_string(wanted.target);
  const bool again = followed_ == referred_to_;
  accept_refer(received, now);
  // The peer did not hear how it went, or that we heard: nobody is called twice for that.
  if (again) return notify_referrer(200, std::string(sip::default_reason(200)), now);
  context_.referred_calls.push_back(std::move(wanted));
}

void Call::accept_refer(const sip::RequestReceived& received, TimePoint now) {
  const auto& request = received.request;
  const auto refer_sub = sip::parse_refer_sub(request.field(sip::Field::refer_sub).value_or("true"));
  const bool silent = refer_sub && !refer_sub->subscribes;
  auto response = sip::make_response(request, 202, dialog_->local_tag());
  add_own_fields(response, received.flow);
  if (silent) response.add(sip::Field::refer_sub, "false");  // RFC 4488 §4
  context_.transactions.respond(received.transaction, response, now);
  if (silent) return;
  // RFC 3515 §2.4.6: "The Event header field in all NOTIFY requests for subscriptions created by REFER
  // after the first MUST contain the id".
  referral_.emplace();
  if (std::exchange(referred_before_, true)) referral_->id = std::to_string(request.cseq().number);
  notify_referrer(100, {}, now);
}

void Call::notify_referrer(int status, const std::string& reason, TimePoint now) {
  if (!referral_ || state_ != State::up) return;
  referral_->last = {status, reason};
  sip::EventPackage event;
  event.package = "refer";
  event.id = referral_->id;
  sip::SubscriptionState state;
  state.expires = kNoticeLifetime;
  if (status >= 200) {
    state.state = "terminated";
    state.reason = "noresource";
    state.expires.reset();
  }
  requests_.add({sip::Method::notify,
                 CallRequests::Notice{},
                 {{sip::Field::event, sip::to_string(event)},
                  {sip::Field::subscription_state, sip::to_string(state)}},
                 MessageBody{"message/sipfrag;version=2.0", write_sip_fragment({status, reason})},
                 {}});
  if (status >= 200) referral_.reset();
  if (status / 100 == 2) followed_ = referred_to_;
  pump(now);
}

// RFC 6665 §4.2.1, RFC 3515 §2.4.4: the subscription that a REFER made is refreshed or ended; there is no
// other one to be had inside a call.
void Call::on_subscribe(const sip::RequestReceived& received, TimePoint now) {
  const auto& request = received.request;
  const auto event = sip::parse_event(request.field(sip::Field::event).value_or(""));
  if (!event || event->package != "refer") {
    auto response = make_response(request, bad_event(), dialog_->local_tag());
    return context_.transactions.respond(received.transaction, response, now);
  }
  if (!referral_) return reply(received.transaction, request, 481, now);
  const auto asked = sip::scan_delta_seconds(request.field(sip::Field::expires).value_or(""));
  const bool ends = asked && asked->count() == 0;
  auto response = sip::make_response(request, 200, dialog_->local_tag());
  add_own_fields(response, received.flow);
  response.add(sip::Field::expires, sip::write_delta_seconds(ends ? std::chrono::seconds{0} : kNoticeLifetime));
  context_.transactions.respond(received.transaction, response, now);
  const auto last = referral_->last;
  notify_referrer(last.status, last.reason, now);
  if (ends) referral_.reset();
}

// Our call takes the place of another one (RFC 3891), or is mixed with it (RFC 3911).

bool Call::has_dialog(const sip::DialogName& name) const {
  return (dialog_ && dialog_->has_name(name)) || early_.has_dialog(name) ||
         (left_ && left_->dialog.has_name(name));
}

std::optional<int> Call::refusal_to_be_replaced(const sip::Replaces& replaces) const {
  if (state_ == State::ended) return 603;
  // RFC 3891 §3: an early dialog that was not begun here is not replaced.
  if (state_ == State::incoming) return 481;
  if (state_ == State::up && replaces.early_only) return 486;
  return std::nullopt;
}

// Sound is mixed of what both sides have agreed on: before the answer there is nothing to join.
std::optional<int> Call::refusal_to_be_joined() const {
  if (state_ == State::ended) return 603;
  if (state_ != State::up) return 481;
  return std::nullopt;
}

void Call::add_referral(sip::Message& invite) const {
  const auto require = [&](sip::Field field, const std::string& value, std::string_view extension) {
    if (value.empty()) return;
    invite.add(field, value);
    invite.add(sip::Field::require, extension);
  };
  if (!origin_.referred_by.empty()) invite.add(sip::Field::referred_by, origin_.referred_by);
  require(sip::Field::replaces, origin_.replaces, sip::option_tag::kReplaces);
  require(sip::Field::join, origin_.joins, sip::option_tag::kJoin);
}

}  // namespace godwit::ua
