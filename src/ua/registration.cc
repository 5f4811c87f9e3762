// SPDX-License-Identifier: Apache-2.0
#include "ua/registration.h"

#include <algorithm>

#include "sip/header/number.h"
#include "sip/header/retry_after.h"
#include "ua/abilities.h"

namespace godwit::ua {
namespace {

constexpr auto kFirstRetry = std::chrono::seconds{2};
constexpr auto kLongestRetry = std::chrono::seconds{60};
// Bindings that may be left are removed with the next REGISTER: so many, the others end by themselves.
constexpr std::size_t kMostStale = 8;

std::optional<std::chrono::seconds> read_seconds(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  const auto seconds = sip::scan_delta_seconds(*text);
  return seconds ? std::optional(*seconds) : std::nullopt;
}

bool names_same_binding(std::string_view a, std::string_view b) {
  const auto left = sip::parse_uri(a);
  const auto right = sip::parse_uri(b);
  return left && right && sip::equivalent(*left, *right);
}

}  // namespace

Registration::Registration(Identity& identity, sip::CredentialStore& credentials,
                           Context& context)
    : identity_(identity),
      credentials_(credentials),
      context_(context),
      call_id_(context.random.token(16)),
      from_tag_(context.random.token(16)) {}

void Registration::start(std::chrono::seconds expires, TimePoint now) {
  goal_ = Goal::registered;
  expires_ = expires;
  failures_ = 0;
  drop_transaction();
  due_now_ = true;
  tell(RegistrationState::registering, now);
  pump(now);
}

void Registration::stop(TimePoint now) {
  if (goal_ != Goal::registered) return;
  goal_ = Goal::unregistered;
  due_.reset();
  drop_transaction();
  moving_ = false;
  if (contact_.empty() && stale_.empty()) return end_unregistration(now);
  due_now_ = true;
  pump(now);
}

void Registration::move(TimePoint now) {
  if (goal_ == Goal::none) return;
  drop_transaction();
  moving_ = true;
  outcome_.reset();
  failures_ = 0;
  due_now_ = true;
  pump(now);
}

void Registration::retry_now(TimePoint now) {
  if (goal_ != Goal::registered || transaction_ || !due_) return;
  due_ = now;
  on_timeout(now);
}

// What the request would have bound may be bound: it is removed with the next one.
void Registration::drop_transaction() {
  if (!transaction_) return;
  context_.abandon(*transaction_);
  transaction_.reset();
}

void Registration::pump(TimePoint now) {
  if (!due_now_ || transaction_) return;
  const auto choice = context_.flows.flow_to(identity_.hop, now);
  if (std::holds_alternative<FlowSelector::Pending>(choice)) return;
  if (const auto* error = std::get_if<Error>(&choice)) {
    due_now_ = false;
    same_request_ = false;
    if (goal_ == Goal::unregistered) return end_unregistration(now);
    context_.flows.reselect(identity_.hop);
    return retry_later(0, error->detail, who_refused(*error), now);
  }
  due_now_ = false;
  send(std::get<net::Flow>(choice), now);
}

void Registration::send(const net::Flow& flow, TimePoint now) {
  flow_ = flow;
  due_.reset();
  rest_until_.reset();
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
  const bool removing = goal_ == Goal::unregistered;
  auto from = identity_.address_of_record;
  sip::set_parameter(from.parameters, "tag", from_tag_);
  auto request = start_request({sip::Method::register_, sip::to_string(identity_.registrar), from,
                                identity_.address_of_record, call_id_, next_cseq()});
  lead_to_server(request, identity_);
  auto contact = contact_on(flow, identity_);
  const auto uri = sip::to_string(contact.uri);
  if (!contact_.empty() && !names_same_binding(contact_, uri)) stale_.push_back(contact_);
  std::erase_if(stale_, [&](const std::string& old) { return names_same_binding(old, uri); });
  if (stale_.size() > kMostStale) stale_.erase(stale_.begin());

  sip::set_parameter(contact.parameters, "expires",
                     std::to_string(removing ? 0 : expires_.count()));
  request.add(sip::Field::contact, sip::to_string(contact));
  // network-change §4: the old binding goes in the same request, after the new one.
  for (const auto& old : stale_) {
    if (!only_new_) request.add(sip::Field::contact, "<" + old + ">;expires=0");
  }
  contact_ = uri;
  request.add(sip::Field::allow, sip::allow_value(abilities()));
  request.add(sip::Field::supported, "path");  // RFC 3327 §5.1: proxies may stand on the way here
  request.add(sip::Field::user_agent, user_agent_text(context_.options));
  return request;
}

void Registration::on_response(sip::ClientId id, const sip::Message& response, TimePoint now) {
  if (transaction_ != id || response.status() < 200) return;
  transaction_.reset();
  if (response.status() != 503) context_.flows.on_answered(identity_.hop, now);
  if (response.status() < 300) return on_success(response, now);
  if (response.status() == 503) {
    const Error error{Errc::rejected, "503 " + std::string(response.reason())};
    if (try_next_server(error, sip::retry_after_of(response), now)) return;
  }
  if (goal_ == Goal::unregistered && response.status() != 401 && response.status() != 407) {
    return end_unregistration(now);
  }
  on_refusal(response, now);
}

void Registration::on_success(const sip::Message& response, TimePoint now) {
  if (credentials_.on_accepted(*sent_, response) == sip::CredentialStore::ServerProof::wrong) {
    context_.out.log(LogLevel::warning, "registration", call_id_, std::string(kWrongProof));
  }
  failures_ = 0;
  stale_.clear();
  only_new_ = false;
  if (goal_ == Goal::unregistered) return end_unregistration(now);
  identity_.service_route = read_service_route(response);  // RFC 3608 §6.1: the newest counts
  const auto lifetime = granted(response);
  registered_ = true;
  // Early enough for a few retransmissions, late enough to be cheap.
  due_ = now + std::chrono::duration_cast<Duration>(lifetime) * 4 / 5;
  context_.out.emit(RegistrationChanged{identity_.id, RegistrationState::registered,
                                        response.status(), std::string(response.reason()), contact_,
                                        lifetime, Who::server},
                    now);
  if (moving_) outcome_ = Outcome{StepStatus::done, contact_};
  moving_ = false;
}

std::chrono::seconds Registration::granted(const sip::Message& response) const {
  for (const auto value : response.values(sip::Field::contact)) {
    const auto listed = sip::parse_name_addr(value);
    if (!listed || !names_same_binding(sip::to_string(listed->uri), contact_)) continue;
    const auto* expires = sip::find_parameter(listed->parameters, "expires");
    if (expires == nullptr) continue;
    if (const auto seconds = read_seconds(*expires); seconds && seconds->count() > 0) return *seconds;
  }
  const auto field = read_seconds(response.field(sip::Field::expires));
  return field && field->count() > 0 ? *field : expires_;
}

void Registration::on_refusal(const sip::Message& response, TimePoint now) {
  const int status = response.status();
  if (status == 401 || status == 407) {
    if (credentials_.on_challenge(*sent_, response) == sip::CredentialStore::Verdict::answer) {
      const auto flow = context_.flows.chosen(identity_.hop);
      // The request goes to the server that issued the nonce, over the same flow.
      if (flow) return send(*flow, now);
      due_now_ = true;
      return;
    }
    if (goal_ == Goal::unregistered) return end_unregistration(now);
    return give_up(status, "the credentials were not accepted", Who::server, now);
  }
  if (status == 423) {
    const auto least = read_seconds(response.field(sip::Field::min_expires));
    if (least && *least > expires_) {
      expires_ = *least;
      return send(flow_, now);
    }
  }
  if ((status == 400 || status == 403) && !stale_.empty() && !only_new_) {
    only_new_ = true;
    return send(flow_, now);
  }
  std::string reason(response.reason());
  const bool lasting = status < 500 && status != 408 && status != 480 && status != 430;
  if (lasting || status >= 600) return give_up(status, std::move(reason), Who::server, now);
  if (const auto after = sip::retry_after_of(response)) {
    retry_later(status, std::move(reason), Who::server, now);
    due_ = now + std::chrono::duration_cast<Duration>(*after);
    return;
  }
  retry_later(status, std::move(reason), Who::server, now);
}

void Registration::on_failure(sip::ClientId id, const Error& error, TimePoint now) {
  if (transaction_ != id) return;
  transaction_.reset();
  const bool by_server = error.code != Errc::no_network;
  if (by_server && try_next_server(error, std::nullopt, now)) return;
  if (goal_ == Goal::unregistered) return end_unregistration(now);
  const bool silent = error.code == Errc::timed_out;
  const std::string reason = silent ? "the registrar did not answer" : error.detail;
  if (!context_.flows.local_of(flow_.id)) {
    // The flow died with its address: the next network decides, no need to wait for a timer.
    due_now_ = true;
    context_.flows.reselect(identity_.hop);
    return;
  }
  retry_later(0, reason, silent ? Who::timeout : Who::network, now);
}

// RFC 3263 §4.3: the identical request, rendered anew for the way to the next server (R12).
bool Registration::try_next_server(const Error& error,
                                   const std::optional<std::chrono::seconds>& retry_after,
                                   TimePoint now) {
  const auto flow = context_.flows.chosen(identity_.hop);
  const bool ours = !flow || flow->id == flow_.id;
  if (!ours || !context_.flows.give_up_on(identity_.hop, error, retry_after, now)) return false;
  context_.out.log(LogLevel::info, "registration", call_id_,
                   net::to_string(flow_) + ": " + error.detail + "; the next server is tried");
  credentials_.forget(call_id_);  // a nonce is the business of who gave it (R19)
  if (retry_after) rest_until_ = now + *retry_after;
  same_request_ = true;
  due_now_ = true;
  pump(now);
  return true;
}

void Registration::on_flow_lost(net::FlowId flow, TimePoint now) {
  if (goal_ != Goal::registered || flow_.id != flow || transaction_ || !registered_) return;
  due_now_ = true;
  pump(now);
}

void Registration::retry_later(int status, std::string reason, Who who, TimePoint now) {
  registered_ = false;
  const int doublings = std::min(failures_++, 5);
  Duration wait = std::min<Duration>(kFirstRetry * (1 << doublings), kLongestRetry);
  // Half to all of it, so that many agents do not come back at the same moment (RFC 5626 §4.5).
  wait = wait / 2 + Duration{static_cast<std::int64_t>(
                        context_.random.below(static_cast<std::uint64_t>(wait.count() / 2)))};
  due_ = now + wait;
  // The search for another server may end without one: then the last one's word holds.
  if (rest_until_ && *rest_until_ > *due_) due_ = rest_until_;
  tell(RegistrationState::failed, now, status, std::move(reason), who);
}

void Registration::give_up(int status, std::string reason, Who who, TimePoint now) {
  registered_ = false;
  due_.reset();
  if (moving_) outcome_ = Outcome{StepStatus::failed, reason};
  moving_ = false;
  tell(RegistrationState::failed, now, status, std::move(reason), who);
}

void Registration::on_timeout(TimePoint now) {
  if (!due_ || now < *due_) return;
  due_.reset();
  due_now_ = true;
  if (registered_) {
    context_.flows.check_source(identity_.hop);
  } else {
    context_.flows.reselect(identity_.hop);
  }
  pump(now);
}

void Registration::end_unregistration(TimePoint now) {
  goal_ = Goal::none;
  registered_ = false;
  due_now_ = false;
  contact_.clear();
  stale_.clear();
  identity_.service_route.clear();
  tell(RegistrationState::unregistered, now);
}

void Registration::tell(RegistrationState state, TimePoint now, int status, std::string reason,
                        Who who) {
  context_.out.emit(RegistrationChanged{identity_.id, state, status, std::move(reason), contact_,
                                        std::chrono::seconds{0}, who},
                    now);
}

std::optional<Registration::Outcome> Registration::take_outcome() {
  return std::exchange(outcome_, std::nullopt);
}

}  // namespace godwit::ua
