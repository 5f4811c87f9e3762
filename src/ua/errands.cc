// SPDX-License-Identifier: Apache-2.0
#include "ua/errands.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/earlier_of.h"
#include "ua/binding_list.h"
#include "ua/flow_selector.h"

namespace godwit::ua {
namespace {

// As long as an answer would be waited for (RFC 3261 §17.1.2.2, timer F).
constexpr Duration kMessagePatience = std::chrono::seconds{32};
constexpr Duration kLongestRemoval = std::chrono::hours{1};

}  // namespace

RequestOut::Wiring Errands::wiring(Sender* sender) {
  const Owner owner = ErrandOwner{ErrandId{++last_}};
  if (sender == nullptr) return {context_, owner};
  return {context_, owner, &sender->credentials, kMessagePatience};
}

void Errands::query(QueryId id, const sip::Uri& target, TimePoint now) {
  auto compose = [&context = context_, target, call_id = context_.random.token(16),
                  tag = context_.random.token(8)](const net::Flow&, std::uint32_t cseq) {
    auto request = start_request_to(target, sip::Method::options, anonymous(tag), call_id, cseq);
    request.add(sip::Field::accept, "application/sdp");
    request.add(sip::Field::user_agent, user_agent_text(context.options));
    return request;
  };
  begin({id, {sip::next_hop_of(target), {}}, std::move(compose), {wiring(nullptr), now}}, now);
}

void Errands::message(MessageId id, Sender sender, const sip::Uri& target, const MessageBody& body,
                      TimePoint now) {
  auto from = sender.identity.address_of_record;
  sip::set_parameter(from.parameters, "tag", context_.random.token(16));
  // RFC 3428 §4: no Contact.
  auto compose = [&context = context_, &identity = sender.identity, target, body, from,
                  call_id = context_.random.token(16)](const net::Flow&, std::uint32_t cseq) {
    auto request = start_request_to(target, sip::Method::message, from, call_id, cseq);
    lead_by_server(request, identity, target);
    request.add(sip::Field::user_agent, user_agent_text(context.options));
    request.set_body(body.content_type, body.text);
    return request;
  };
  begin({id, sender.identity.hop, std::move(compose), {wiring(&sender), now}}, now);
}

void Errands::bindings(QueryId id, Sender sender, BindingsWish wish, TimePoint now) {
  auto from = sender.identity.address_of_record;
  sip::set_parameter(from.parameters, "tag", context_.random.token(16));
  auto compose = [&context = context_, &identity = sender.identity, wish, from,
                  call_id = context_.random.token(16)](const net::Flow&, std::uint32_t cseq) {
    auto request = start_request({sip::Method::register_, sip::to_string(identity.registrar), from,
                                  identity.address_of_record, call_id, cseq});
    lead_to_server(request, identity);
    if (wish == BindingsWish::remove_all) {
      request.add(sip::Field::contact, "*");
      request.add(sip::Field::expires, "0");
    }
    request.add(sip::Field::supported, "path");
    request.add(sip::Field::user_agent, user_agent_text(context.options));
    return request;
  };
  begin({Question{id, sender.identity.id, wish}, sender.identity.hop, std::move(compose),
         {wiring(&sender), now}},
        now);
}

void Errands::look(const Look& whom, const Identity& identity, TimePoint now) {
  auto from = identity.address_of_record;
  sip::set_parameter(from.parameters, "tag", context_.random.token(8));
  auto compose = [&context = context_, registrar = identity.registrar, outbound = identity.outbound,
                  from, call_id = context_.random.token(16)](const net::Flow&, std::uint32_t cseq) {
    Identity way;
    way.outbound = outbound;
    auto request = start_request_to(registrar, sip::Method::options, from, call_id, cseq);
    lead_to_server(request, way);
    request.add(sip::Field::user_agent, user_agent_text(context.options));
    return request;
  };
  begin({whom, identity.hop, std::move(compose), {wiring(nullptr), now}}, now);
}

void Errands::remove_bindings(Bindings bindings, TimePoint now) {
  const auto hop = bindings.identity.hop;
  const Duration patience = std::min<Duration>(bindings.left.lifetime, kLongestRemoval);
  const RequestOut::Wiring wiring{context_, ErrandOwner{ErrandId{++last_}},
                                  bindings.credentials.get(), patience};
  auto from = bindings.identity.address_of_record;
  sip::set_parameter(from.parameters, "tag", context_.random.token(16));
  auto compose = [&context = context_, from, gone = std::move(bindings)](const net::Flow&,
                                                                         std::uint32_t cseq) {
    const auto& [identity, credentials, left] = gone;
    auto request = start_request({sip::Method::register_, sip::to_string(identity.registrar), from,
                                  identity.address_of_record, left.call_id, left.cseq + cseq});
    lead_to_server(request, identity);
    for (const auto& contact : left.contacts) {
      request.add(sip::Field::contact, contact + ";expires=0");
    }
    if (left.outbound) request.add(sip::Field::supported, "path, outbound");
    request.add(sip::Field::user_agent, user_agent_text(context.options));
    return request;
  };
  begin({std::monostate{}, hop, std::move(compose), {wiring, now}}, now);
}

void Errands::begin(Errand errand, TimePoint now) {
  const ErrandId id{last_};
  errands_.emplace(id, std::move(errand));
  pump(id, now);
}

void Errands::forget(AccountId account) {
  for (auto it = errands_.begin(); it != errands_.end();) {
    const bool theirs = it->second.hop.account == account;
    if (theirs) it->second.request.abandon();
    it = theirs ? errands_.erase(it) : std::next(it);
  }
}

void Errands::pump(TimePoint now) {
  std::vector<ErrandId> waiting;
  for (const auto& [id, errand] : errands_) {
    if (errand.request.waiting()) waiting.push_back(id);
  }
  for (const auto id : waiting) pump(id, now);
}

void Errands::pump(ErrandId id, TimePoint now) {
  auto& errand = errands_.at(id);
  errand.request.pump(errand.hop, errand.compose, now);
  const auto outcome = errand.request.take_outcome();
  if (!outcome) return;
  const auto what = errand.what;
  errands_.erase(id);
  std::visit([&](const auto& told) { tell(told, *outcome, now); }, what);
}

void Errands::on_response(ErrandId id, const sip::ResponseReceived& received, TimePoint now) {
  const auto it = errands_.find(id);
  if (it == errands_.end() || !it->second.request.sent_with(received.transaction)) return;
  it->second.request.on_response(received, now);
  pump(id, now);
}

void Errands::on_failure(ErrandId id, const Error& error, TimePoint now) {
  const auto it = errands_.find(id);
  if (it == errands_.end()) return;
  it->second.request.on_failure(error, now);
  pump(id, now);
}

std::optional<TimePoint> Errands::next_deadline() const {
  std::optional<TimePoint> first;
  for (const auto& [id, errand] : errands_) {
    first = earlier_of(first, errand.request.next_deadline());
  }
  return first;
}

void Errands::add_hops(std::set<NextHop>& hops) const {
  for (const auto& [id, errand] : errands_) hops.insert(errand.hop);
}

void Errands::tell(QueryId id, const RequestOut::Outcome& outcome, TimePoint now) {
  OptionsAnswered answer;
  answer.query = id;
  if (!outcome.response) {
    answer.who = who_refused(outcome.error);
    answer.reason = outcome.error.detail;
    return context_.out.emit(answer, now);
  }
  const auto& response = *outcome.response;
  answer.status = response.status();
  answer.reason = std::string(response.reason());
  answer.who = Who::peer;
  answer.round_trip = outcome.round_trip;
  answer.remote = net::to_string(outcome.flow.remote);
  for (const auto value : response.values(sip::Field::allow)) {
    if (!answer.allow.empty()) answer.allow += ", ";
    answer.allow += value;
  }
  const auto server = response.field(sip::Field::server);
  const auto agent = response.field(sip::Field::user_agent);
  answer.server = std::string(server ? *server : agent.value_or(""));
  context_.out.emit(answer, now);
}

void Errands::tell(MessageId id, const RequestOut::Outcome& outcome, TimePoint now) {
  context_.out.emit(message_answered(id, outcome), now);
}

// Who refuses to tell works; who fails does not, but for a method that it does not know.
void Errands::tell(const Look& asked, const RequestOut::Outcome& outcome, TimePoint) {
  constexpr int kNotImplemented = 501;
  const int status = outcome.response ? outcome.response->status() : 408;
  const bool fails = status == 408 || (status >= 500 && status < 600 && status != kNotImplemented);
  looks_.push_back({asked.account, asked.registrar, !fails});
}

void Errands::tell(const Question& asked, const RequestOut::Outcome& outcome, TimePoint now) {
  BindingsAnswered answer;
  answer.query = asked.query;
  answer.account = asked.account;
  if (!outcome.response) {
    answer.who = who_refused(outcome.error);
    answer.reason = outcome.error.detail;
    return context_.out.emit(std::move(answer), now);
  }
  const auto& response = *outcome.response;
  const bool challenged = response.status() == 401 || response.status() == 407;
  answer.status = response.status();
  answer.reason = challenged ? "the credentials were not accepted" : std::string(response.reason());
  if (response.status() < 300) {
    answer.bindings = read_bindings(response);
    if (asked.wish == BindingsWish::remove_all) emptied_.push_back(asked.account);
  }
  context_.out.emit(std::move(answer), now);
}

MessageAnswered message_answered(MessageId id, const RequestOut::Outcome& outcome) {
  if (!outcome.response) {
    return {id, 0, outcome.error.detail, who_refused(outcome.error)};
  }
  const auto& response = *outcome.response;
  const bool challenged = response.status() == 401 || response.status() == 407;
  if (challenged) return {id, response.status(), "the credentials were not accepted", Who::server};
  return {id, response.status(), std::string(response.reason()), Who::peer};
}

}  // namespace godwit::ua
