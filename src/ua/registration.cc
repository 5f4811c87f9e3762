// SPDX-License-Identifier: Apache-2.0
#include "ua/registration.h"

#include <algorithm>

#include "base/limits.h"
#include "sip/header/number.h"
#include "sip/header/retry_after.h"
#include "sip/message/via.h"
#include "sip/transport/seen_address.h"
#include "ua/abilities.h"
#include "ua/retry_wait.h"

namespace godwit::ua {
namespace {

// RFC 5626 §4.5, min-regtime: what held for so long works.
constexpr Duration kStable = std::chrono::seconds{120};
// Timer F (RFC 3261 §17.1.2.2) and as much again: who waits longer was asleep.
constexpr Duration kLongestSilence = std::chrono::seconds{64};
// A registrar that grants next to nothing is not asked more often, and one that grants years is still
// asked: it may have lost us meanwhile.
constexpr Duration kBriefestRefresh = std::chrono::seconds{1};
constexpr Duration kLongestRefresh = std::chrono::hours{24};
// T1 (RFC 3261 §17.1.2.2).
constexpr Duration kFirstCopy = std::chrono::milliseconds{500};
// A NAT that gives every packet another port is not chased.
constexpr Duration kBetweenMappings = std::chrono::minutes{1};

std::optional<std::chrono::seconds> read_seconds(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  const auto seconds = sip::scan_delta_seconds(*text);
  return seconds ? std::optional(*seconds) : std::nullopt;
}

// Early enough for a few retransmissions, late enough to be cheap.
Duration refresh_after(std::chrono::seconds lifetime) {
  const Duration bound = std::min<std::chrono::seconds>(lifetime, std::chrono::hours{48});
  return std::clamp<Duration>(bound / 5 * 4, kBriefestRefresh, kLongestRefresh);
}

}  // namespace

Registration::Registration(Identity& identity, sip::CredentialStore& credentials,
                           Context& context, std::uint32_t reg_id)
    : identity_(identity),
      credentials_(credentials),
      context_(context),
      reg_id_(reg_id),
      call_id_(context.random.token(16)),
      from_tag_(context.random.token(16)) {
  told_.account = identity.id;
  told_.state = RegistrationState::unregistered;
}

void Registration::start(std::chrono::seconds expires, TimePoint now) {
  goal_ = Goal::registered;
  expires_ = expires;
  failures_ = losses_ = 0;
  drop_transaction();
  due_now_ = true;
  tell(RegistrationState::registering, now);
  pump(now);
}

void Registration::stop(TimePoint now) {
  if (goal_ != Goal::registered) return;
  goal_ = Goal::unregistered;
  due_.reset();
  bound_until_.reset();
  drop_transaction();
  clearing_ = false;
  moving_ = false;
  if (!may_be_bound_ && stale_.empty() && replaced_.empty()) return end_unregistration(now);
  due_now_ = true;
  pump(now);
}

void Registration::move(TimePoint now) {
  if (goal_ == Goal::none) return;
  drop_transaction();
  clearing_ = rewritten_ = false;
  moving_ = true;
  outcome_.reset();
  failures_ = losses_ = 0;
  bound_since_.reset();
  due_now_ = true;
  pump(now);
}

void Registration::retry_now(TimePoint now) {
  if (goal_ != Goal::registered || transaction_ || !due_) return;
  failures_ = losses_ = 0;
  due_ = now;
  on_timeout(now);
}

void Registration::renew(TimePoint now) {
  if (goal_ != Goal::registered) return;
  drop_transaction();
  clearing_ = rewritten_ = false;
  failures_ = losses_ = 0;
  due_now_ = true;
  pump(now);
}

Registration::Left Registration::leave(TimePoint now) {
  drop_transaction();
  Left left{outbound_, take_left(), std::exchange(call_id_, context_.random.token(16)),
            std::exchange(cseq_, 0), std::max(expires_, told_.expires)};
  contact_.clear();
  may_be_bound_ = clearing_ = only_new_ = same_request_ = false;
  unbind();
  if (goal_ == Goal::unregistered) end_unregistration(now);
  return left;
}

void Registration::on_woken(Duration slept, TimePoint now) {
  if (goal_ != Goal::registered) return;
  if (due_) *due_ -= slept;
  if (bound_until_) *bound_until_ -= slept;
  // What is under way may have been answered while nobody listened.
  if (transaction_) due_now_ = true;
  drop_transaction();
  on_timeout(now);
  pump(now);
}

// What the request would have bound may be bound: it is removed with the next one.
void Registration::drop_transaction() {
  if (!transaction_) return;
  context_.abandon(*transaction_);
  transaction_.reset();
  context_.pace.on_answered(identity_.id, reg_id_);
  may_be_bound_ = true;
}

void Registration::pump(TimePoint now) {
  using Step = RegisterPace::Step;
  if (!due_now_ || transaction_) return;
  const bool connects = context_.flows.would_connect(hop(), now);
  if (connects && !context_.pace.admit(turn(Step::connect), now)) return;
  const auto choice = context_.flows.flow_to(hop(), now);
  if (std::holds_alternative<FlowSelector::Pending>(choice)) return;
  if (const auto* error = std::get_if<Error>(&choice)) {
    due_now_ = false;
    same_request_ = false;
    if (goal_ == Goal::unregistered) return leave_bound(now);
    context_.flows.reselect(hop());
    const bool own = error->code == Errc::no_network;
    return retry_later({0, error->detail, who_refused(*error), {}, own}, now);
  }
  if (!context_.pace.admit(turn(Step::register_), now)) return;
  due_now_ = false;
  rounds_ = 0;
  send(std::get<net::Flow>(choice), now);
}

// Answers to challenges and the like belong to an attempt that has had its turn.
RegisterPace::Turn Registration::turn(RegisterPace::Step step) const {
  const bool reached = goal_ == Goal::unregistered || (registered_ && !moving_) || uplink_;
  return {identity_.id, identity_.hop.server,
          reached ? RegisterPace::Need::upkeep : RegisterPace::Need::unreachable, reg_id_, step};
}

bool Registration::waits_for_flow() const {
  return due_now_ && !transaction_ && !context_.pace.waits(identity_.id, reg_id_);
}

void Registration::send(const net::Flow& flow, TimePoint now) {
  flow_ = flow;
  sent_at_ = now;
  due_.reset();
  rest_until_.reset();
  rests_ = false;
  auto request = compose(flow);
  credentials_.authorize(request);
  sent_ = request;
  transaction_ = context_.send(std::move(request), flow, RegistrationOwner{identity_.id}, now);
}

// What goes to another server because one did not take it is still the same request.
std::uint32_t Registration::next_cseq() {
  return std::exchange(same_request_, false) ? cseq_ : ++cseq_;
}

sip::Message Registration::compose(const net::Flow& flow) {
  auto from = identity_.address_of_record;
  sip::set_parameter(from.parameters, "tag", from_tag_);
  auto request = start_request({sip::Method::register_, sip::to_string(identity_.registrar), from,
                                identity_.address_of_record, call_id_, next_cseq()});
  lead_to_server(request, identity_);
  auto contact = contact_on(flow, identity_);
  const auto uri = sip::to_string(contact.uri);
  ask_for_outbound(flow);
  if (!names_same_binding(contact_, uri) && std::exchange(may_be_bound_, false)) {
    leave_behind(contact_);
  }
  contact_ = uri;
  add_contacts(request, std::move(contact));
  request.add(sip::Field::allow, sip::allow_value(abilities()));
  request.add(sip::Field::supported, supported());
  request.add(sip::Field::user_agent, user_agent_text(context_.options));
  return request;
}

void Registration::on_response(sip::ClientId id, const sip::Message& response, TimePoint now) {
  if (transaction_ != id || response.status() < 200) return;
  transaction_.reset();
  context_.pace.on_answered(identity_.id, reg_id_);
  // RFC 3261 §10.3: all or nothing. But what answers for a server that was silent cannot know.
  may_be_bound_ = may_be_bound_ || response.status() == 408 || response.status() == 504;
  note_seen(response);
  if (response.status() != 503) context_.flows.on_answered(hop(), now);
  if (response.status() < 300) return on_success(response, now);
  if (response.status() == 503) {
    const Error error{Errc::rejected, "503 " + std::string(response.reason())};
    if (try_next_server(error, sip::retry_after_of(response), now)) return;
  }
  const bool challenged = response.status() == 401 || response.status() == 407;
  if (goal_ == Goal::unregistered && !challenged) return end_unregistration(now);
  if (clearing_ && !challenged) {  // then with the new one, in one request
    clearing_ = false;
    due_now_ = true;
    return pump(now);
  }
  on_refusal(response, now);
}

// RFC 3581: behind a NAT the answer tells what it makes of our address.
std::optional<net::SocketAddress> Registration::seen_in(const sip::Message& response) const {
  const auto via = sip::parse_via(response.field(sip::Field::via).value_or(""));
  return may_tell_address(response.status()) && via ? sip::seen_address(*via, flow_) : std::nullopt;
}

bool Registration::may_tell_address(int status) const {
  return status < 300 || identity_.contact.from_any_answer;
}

void Registration::note_seen(const sip::Message& response) {
  const auto seen = seen_in(response);
  if (!seen) return;
  outside_ = seen;
  context_.flows.note_seen(hop(), flow_, *seen);
}

bool Registration::on_seen(const net::Flow& flow, const net::SocketAddress& seen, int status, TimePoint now) {
  const bool by_it = flow.id == flow_.id && flow.remote == flow_.remote;
  const bool rests = followed_at_ && now - *followed_at_ < kBetweenMappings;
  if (!by_it || rests || !registered_ || goal_ != Goal::registered || busy()) return false;
  if (!may_tell_address(status) || !outside_ || seen == *outside_) return false;
  context_.out.log(LogLevel::info, "registration", call_id_, "outside now " + net::to_string(seen));
  followed_at_ = now;
  context_.flows.note_seen(hop(), flow_, seen);
  rewritten_ = false;
  follow_rewriting(now);
  due_now_ = !transaction_;  // the same Contact: what the registrar keeps beside it has changed
  pump(now);
  return true;
}

// Once for each registration: a NAT that gives every packet another port is not to be chased.
void Registration::follow_rewriting(TimePoint now) {
  const auto chosen = context_.flows.chosen(hop());
  const bool other = chosen && chosen->id == flow_.id && chosen->advertised != flow_.advertised &&
                     !names_same_binding(sip::to_string(contact_on(*chosen, identity_).uri), contact_);
  if (!other || rewritten_) {
    rewritten_ = false;
    return;
  }
  rewritten_ = true;
  // What takes the old one's place needs no room made for it.
  clearing_ = !outbound_ && identity_.contact.method == ContactOptions::Method::unregister_first;
  due_now_ = true;
  pump(now);
}

void Registration::on_cleared(TimePoint now) {
  clearing_ = may_be_bound_ = only_new_ = false;
  stale_.clear();
  due_now_ = true;
  pump(now);
}

void Registration::on_success(const sip::Message& response, TimePoint now) {
  if (credentials_.on_accepted(*sent_, response) == sip::CredentialStore::ServerProof::wrong) {
    context_.out.log(LogLevel::warning, "registration", call_id_, std::string(kWrongProof));
  }
  sent_.reset();  // a kilobyte, of each of thousands
  if (goal_ == Goal::unregistered) return end_unregistration(now);
  if (clearing_) return on_cleared(now);
  service_route_ = read_service_route(response);  // RFC 3608 §6.1: the newest counts
  if (!uplink_) identity_.service_route = service_route_;
  auto granted = read_grant(response, asked());
  note_outbound(response);
  if (!uplink_) note_gruus(granted);  // one instance, the same for all its flows
  replaced_.clear();
  // What could not be removed in the same request is left to end by itself.
  stale_ = std::exchange(only_new_, false) ? std::vector<std::string>{} : std::move(granted.old);
  if (!granted.lifetime) {
    return retry_later({response.status(), "the registrar has not kept our binding"}, now);
  }
  if (!granted.listed && !granted.others.empty()) {
    context_.out.log(LogLevel::info, "registration", call_id_,
                     "none of the bindings that the registrar names is " + contact_ +
                         ": it may have been rewritten on the way");
  }
  registered_ = may_be_bound_ = true;
  if (!bound_since_) bound_since_ = now;
  due_ = now + refresh_after(*granted.lifetime);
  bound_until_ =
      now + std::clamp<Duration>(*granted.lifetime, 2 * kBriefestRefresh, 2 * kLongestRefresh);
  if (choice_ != nullptr) choice_->on_registered(now);
  trying_ = false;
  if (redirected_) redirected_->way = Redirected{}.way;
  RegistrationChanged told;
  told.account = identity_.id;
  told.state = RegistrationState::registered;
  told.status = response.status();
  told.reason = std::string(response.reason());
  told.contact = contact_;
  told.expires = *granted.lifetime;
  told.others = std::move(granted.others);
  const auto& [lasting, temporary] = identity_.gruus;
  if (lasting) told.public_gruu = sip::to_string(*lasting);
  if (!temporary.empty()) told.temporary_gruu = sip::to_string(temporary.front().uri);
  tell(std::move(told), now);
  if (moving_) outcome_ = Outcome{StepStatus::done, contact_};
  reconnected_ = std::exchange(flow_lost_, false) && !moving_;
  moving_ = false;
  follow_rewriting(now);
}

void Registration::on_refusal(const sip::Message& response, TimePoint now) {
  const int status = response.status();
  if (status == 401 || status == 407) return answer_challenge(response, now);
  if (ask_otherwise(response, now) || follow_redirect(response, now)) return;
  std::string reason(response.reason());
  // Of a copy that was read after the answer to the first was lost a registrar may say that it comes out of order
  // (RFC 3261 §10.3): the next one does not.
  const bool copied = flow_.transport == net::Transport::udp && now - sent_at_ >= kFirstCopy;
  const bool out_of_order = status == 400 && copied;
  may_be_bound_ = may_be_bound_ || out_of_order;
  if (refuses_for_good(response) && !out_of_order) return give_up({status, std::move(reason)}, now);
  retry_later({status, std::move(reason), Who::server, asked_rest(response)}, now);
}

void Registration::answer_challenge(const sip::Message& response, TimePoint now) {
  using Verdict = sip::CredentialStore::Verdict;
  const bool ours = may_answer(response);
  const bool may = ours && credentials_.on_challenge(*sent_, response) == Verdict::answer && may_ask_again();
  if (may) {
    const auto flow = context_.flows.chosen(hop());
    // The request goes to the server that issued the nonce, over the same flow.
    if (flow) return send(*flow, now);
    due_now_ = true;
    return;
  }
  credentials_.forget(call_id_);
  if (goal_ == Goal::unregistered) return end_unregistration(now);
  give_up({response.status(), ours ? "the credentials were not accepted"
                                   : "credentials are asked for that are not for those we were sent to"},
          now);
}

// The same wish in words that the registrar may take. @return whether it was sent.
bool Registration::ask_otherwise(const sip::Message& response, TimePoint now) {
  const int status = response.status();
  const auto least = read_seconds(response.field(sip::Field::min_expires));
  const bool longer = status == 423 && least && *least > expires_;
  const bool without = status == 439 && asks_outbound_;  // RFC 5626 §6
  const bool alone = (status == 400 || status == 403) && !stale_.empty() && !only_new_;
  if ((!longer && !alone && !without) || !may_ask_again()) return false;
  lacks_outbound_ = lacks_outbound_ || without;
  outbound_ = outbound_ && !without;
  if (longer) expires_ = *least;  // RFC 3261 §10.2.8
  only_new_ = only_new_ || alone;
  send(flow_, now);
  return true;
}

void Registration::on_failure(sip::ClientId id, const Error& error, TimePoint now) {
  if (transaction_ != id) return;
  transaction_.reset();
  context_.pace.on_answered(identity_.id, reg_id_);
  may_be_bound_ = true;
  clearing_ = false;
  const bool by_server = error.code != Errc::no_network;
  if (by_server && try_next_server(error, std::nullopt, now)) return;
  if (goal_ == Goal::unregistered) return end_unregistration(now);
  const bool silent = error.code == Errc::timed_out;
  const bool asleep = silent && now - sent_at_ > kLongestSilence;
  // The flow died: with its address, and the next network decides, or alone, and a new one may mend it.
  const bool mends = !context_.flows.local_of(flow_.id) && (!by_server || may_mend_at_once(now));
  if (asleep || mends) {
    due_now_ = true;
    context_.flows.reselect(hop());
    return pump(now);
  }
  retry_later({0, silent ? "the registrar did not answer" : error.detail,
               silent ? Who::timeout : Who::network, {}, !by_server},
              now);
}

// RFC 3263 §4.3: the identical request, rendered anew for the way to the next server (R12).
bool Registration::try_next_server(const Error& error,
                                   const std::optional<std::chrono::seconds>& retry_after,
                                   TimePoint now) {
  const auto flow = context_.flows.chosen(hop());
  const bool ours = !flow || flow->id == flow_.id;
  if (!ours || !context_.flows.give_up_on(hop(), error, retry_after, now)) return false;
  context_.out.log(LogLevel::info, "registration", call_id_,
                   net::to_string(flow_) + ": " + error.detail + "; the next server is tried");
  credentials_.forget(call_id_);  // a nonce is the business of who gave it (R19)
  if (retry_after) {
    rest_until_ = now + std::min(*retry_after, std::chrono::seconds{limits::kRetryAfterSeconds});
  }
  same_request_ = true;
  due_now_ = true;
  pump(now);
  return true;
}

void Registration::on_flow_lost(net::FlowId flow, TimePoint now) {
  if (goal_ != Goal::registered || flow_.id != flow || transaction_ || !registered_) return;
  flow_lost_ = true;
  if (!due_now_ && !may_mend_at_once(now)) {
    return retry_later(
        {0, "the connection to the registrar was lost again", Who::network, {}, true}, now);
  }
  rewritten_ = false;
  due_now_ = true;
  pump(now);
}

// What breaks as soon as it is made is not made at once for ever (RFC 5626 §4.5).
bool Registration::may_mend_at_once(TimePoint now) {
  settle_failures(now);
  bound_since_.reset();
  return losses_++ == 0;
}

void Registration::settle_failures(TimePoint now) {
  if (bound_since_ && now - *bound_since_ >= kStable) failures_ = losses_ = 0;
}

void Registration::retry_later(Failure failure, TimePoint now) {
  settle_failures(now);
  unbind();
  if (go_home(failure, now) || turn_away(failure, now)) return;
  const auto wait = retry_wait(context_.options.registration_retry, ++failures_, context_.random);
  due_ = now + failure.rest.value_or(wait);
  // The search for another server may end without one: then the last one's word holds.
  rests_ = failure.rest.has_value();
  if (rest_until_ && *rest_until_ > *due_) {
    due_ = rest_until_;
    rests_ = true;
  }
  tell(std::move(failure), now);
}

void Registration::give_up(Failure failure, TimePoint now) {
  if (asks_elsewhere(failure)) return retry_later(std::move(failure), now);
  unbind();
  due_.reset();
  if (moving_) outcome_ = Outcome{StepStatus::failed, failure.reason};
  moving_ = false;
  tell(std::move(failure), now);
}

// Nobody reaches us any more, whatever becomes of the refresh that is under way.
void Registration::run_out(TimePoint now) {
  unbind();
  if (!transaction_ && !due_) due_now_ = true;
  tell(Failure{0, "the binding has run out", Who::timeout}, now);
}

void Registration::unbind() {
  registered_ = false;
  bound_until_.reset();
  bound_since_.reset();
}

void Registration::on_timeout(TimePoint now) {
  const bool was_registered = registered_;
  if (bound_until_ && now >= *bound_until_) run_out(now);
  if (!due_ || now < *due_) return;
  due_.reset();
  rewritten_ = false;
  due_now_ = true;
  leave_outdated_redirect(now);
  if (was_registered) {
    context_.flows.check_source(hop());
  } else {
    context_.flows.reselect(hop());
  }
  pump(now);
}

void Registration::end_unregistration(TimePoint now) {
  goal_ = Goal::none;
  may_be_bound_ = false;
  unbind();
  due_now_ = false;
  contact_.clear();
  stale_.clear();
  replaced_.clear();
  only_new_ = outbound_ = false;
  service_route_.clear();
  if (!uplink_) identity_.service_route.clear();
  if (!uplink_) identity_.gruus = {};
  if (!uplink_) identity_.keeps_flow = false;
  tell(RegistrationState::unregistered, now);
}

void Registration::tell(RegistrationState state, TimePoint now) {
  RegistrationChanged told;
  told.account = identity_.id;
  told.state = state;
  told.contact = contact_;
  tell(std::move(told), now);
}

void Registration::tell(Failure failure, TimePoint now) {
  RegistrationChanged told;
  told.account = identity_.id;
  told.state = RegistrationState::failed;
  told.status = failure.status;
  told.reason = std::move(failure.reason);
  told.contact = contact_;
  told.who = failure.who;
  if (transaction_ || due_now_) told.retry_in = Duration{};
  if (due_) told.retry_in = std::max(Duration{}, *due_ - now);
  tell(std::move(told), now);
}

std::optional<Registration::Outcome> Registration::take_outcome() {
  return std::exchange(outcome_, std::nullopt);
}

}  // namespace godwit::ua
