// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/overloaded.h"
#include "roam/uplinks.h"
#include "sip/header/retry_after.h"
#include "sip/message/via.h"
#include "sip/transaction/stateless_response.h"
#include "sip/transport/seen_address.h"
#include "sip/verdict/judge_request.h"
#include "stun/message.h"
#include "ua/abilities.h"
#include "ua/dialog_contact.h"
#include "ua/engine_state.h"
#include "ua/request_check.h"
#include "ua/session_abilities.h"

namespace godwit::ua {
void Engine::State::on_io(const sip::IoInput& input, TimePoint now) {
  std::visit(overloaded{[&](const sip::DatagramReceived& datagram) {
                          watch.on_received(datagram.flow, datagram.bytes, now);
                          if (stun::looks_like_stun(datagram.bytes)) return on_stun(datagram, now);
                          const auto flow = flows.book().flow(datagram.flow, datagram.remote);
                          transactions.on_datagram(datagram, net::Transport::udp, now,
                                                   flow ? flow->advertised : std::nullopt);
                          drain_transactions(now);
                        },
                        [&](const sip::StreamReceived& received) {
                          on_stream_received(received, now);
                        },
                        [&](const sip::FlowOpened& opened) {
                          on_flow_opened(opened, now);
                          pump_all(now);
                        },
                        [&](const sip::StreamAccepted& accepted) { on_stream_accepted(accepted); },
                        [&](const sip::FlowFailed& failed) {
                          on_flow_failed(failed, now);
                          pump_all(now);
                        },
                        [&](const sip::DnsAnswered& answered) {
                          flows.on_dns_answered(answered, now);
                          look_through_nat64();
                          pump_all(now);
                        },
                        [&](sip::RouteFound found) {
                          on_nat64_route(found, now);
                          found.choice = roam::permitted_way(found.destination, found.choice,
                                                             roaming.latest(), options.network);
                          found.choice = roam::way_around(found.destination, found.choice,
                                                          roaming.latest(), silent);
                          flows.on_route_found(found, now);
                          pump_all(now);
                        }},
             input);
}

void Engine::State::on_flow_opened(const sip::FlowOpened& opened, TimePoint now) {
  flows.on_flow_opened(opened, now);
  const auto stream = flows.book().stream(opened.flow);
  if (stream && stream->transport != net::Transport::udp) {
    streams.on_opened(*stream, sip::StreamFramer::Opened::by_us);
  }
}

void Engine::State::on_flow_failed(const sip::FlowFailed& failed, TimePoint now) {
  if (!failed.remote) return lose_flow(failed.flow, failed.error, now);
  transactions.on_flow_failed(failed.flow, failed.remote, failed.error, now);
  drain_transactions(now);
}

void Engine::State::drain_transactions(TimePoint now) {
  auto outputs = transactions.take_outputs();
  while (!outputs.empty()) {
    for (auto& output : outputs) {
      std::visit(
          overloaded{
              [&](sip::SendMessage& send) {
                // A dead flow is never written to again, whatever a late timer wants.
                if (!flows.local_of(send.flow)) return;
                watch.on_sent(send.flow, *send.bytes, now);
                out.io(std::move(send));
              },
              [&](const sip::ResponseReceived& received) { on_response(received, now); },
              [&](const sip::RequestReceived& received) { on_request(received, now); },
              [&](const sip::AckReceived& received) {
                for (auto* call : calls.with_call_id(std::string(received.ack.call_id()))) {
                  if (!call->owns(received.ack)) continue;
                  transactions.prove(received.flow, now);
                  call->on_ack(received.ack, now);
                }
              },
              [&](const sip::CancelReceived& received) {
                for (auto* call : calls.with_call_id(std::string(received.cancel.call_id()))) {
                  if (call->waits_with(received.invite)) call->on_cancel(received.cancel, now);
                }
              },
              [&](const sip::ClientFailed& failed) { on_client_failed(failed, now); },
              [&](const sip::ServerFailed&) {},
              [&](const sip::ResponseNeedsRoute& wanted) { on_response_needs_route(wanted, now); },
              [&](const sip::StrayResponse& stray) { on_stray_response(stray, now); },
              [&](const sip::MalformedReceived& malformed) { on_malformed(malformed, now); }},
          output);
    }
    outputs = transactions.take_outputs();
  }
}

void Engine::State::on_stray_response(const sip::StrayResponse& stray, TimePoint now) {
  const auto& response = stray.response;
  const bool accepts = response.method() == sip::Method::invite && response.status() / 100 == 2;
  for (auto* call : calls.with_call_id(std::string(response.call_id()))) {
    if (accepts && call->invited(response)) return call->on_stray_answer(response, now);
  }
  out.log(LogLevel::debug, "transaction", std::string(response.call_id()),
          "a response that nobody waits for");
}

// What `godwit parse` says of the request is what its sender is told.
void Engine::State::on_malformed(const sip::MalformedReceived& malformed, TimePoint now) {
  const auto& request = malformed.read->message;
  const auto answer = sip::judge_request(*malformed.read, abilities());
  bool answered = false;
  if (answer.status) {
    auto response = sip::make_stateless_response(request, malformed.flow, *answer.status);
    add_fields(response, answer);
    answered = transactions.answer_malformed(malformed, response, now);
  }
  const auto& found = *malformed.read->fault;
  out.log(LogLevel::debug, "transport", net::to_string(malformed.flow),
          (answered ? "answered " + std::to_string(*answer.status) : "dropped") + ": " +
              sip::malformed(found.field, found.fault).detail);
}

Account* Engine::State::account_for(const sip::Message& request) {
  const auto uri = sip::parse_uri(request.uri());
  if (!uri) return nullptr;
  for (const auto& [id, account] : std::as_const(accounts)) {
    const auto& identity = account->identity;
    const auto& forced = identity.contact.forced;
    const bool meant = identity.address_of_record.uri.user == uri->user;
    if (meant || (forced && forced->user == uri->user) || is_gruu_of(identity, *uri)) {
      return find_account(id);
    }
  }
  return nullptr;
}

void Engine::State::on_request(const sip::RequestReceived& received, TimePoint now) {
  const auto& request = received.request;
  if (!request.to_tag().empty()) {
    for (auto* call : calls.with_call_id(std::string(request.call_id()))) {
      if (!call->owns(request)) continue;
      transactions.prove(received.flow, now);
      return call->on_request(received, now);
    }
  }
  if (request.method() == sip::Method::notify && take_notification(received, now)) return;
  if (request.method() == sip::Method::subscribe && take_subscription(received, now)) return;
  const auto answer = check_request(request, abilities_for(request));
  if (answer.status != 200) {
    out.log(LogLevel::debug, "transport", net::to_string(received.flow),
            std::string(request.method_name()) + " refused: " + answer.reason);
    return answer_outside_dialogs(received, answer, now);
  }
  if (request.method() == sip::Method::invite) return on_new_invite(received, now);
  if (request.method() == sip::Method::message) return on_message(received, now);
  if (request.method() != sip::Method::options) return on_event_request(received, now);
  answer_outside_dialogs(received, answer_to_options(request), now);
}

void Engine::State::answer_outside_dialogs(const sip::RequestReceived& received,
                                           const sip::Answer& answer, TimePoint now) {
  auto response = make_response(received.request, answer, context.random.token(8));
  if (answer.status == 200) {
    add_abilities(response);
    add_session_abilities(response, received.request, received.flow,
                          {sound_terms(CallOptions{}, sound).formats, options.origin_username});
  }
  response.add(sip::Field::server, user_agent_text(options));
  transactions.respond(received.transaction, response, now);
}

void Engine::State::on_new_invite(const sip::RequestReceived& received, TimePoint now) {
  auto* account = account_for(received.request);
  if (account == nullptr) {
    return answer_outside_dialogs(received, {404, "nobody here has that name", {}}, now);
  }
  if (calls.size() >= options.call_limit) {
    return answer_outside_dialogs(received, {486, "too many calls at once", {}}, now);
  }
  if (received.request.field(sip::Field::replaces)) {
    return on_replacing_invite(received, *account, now);
  }
  if (received.request.field(sip::Field::join)) return on_joining_invite(received, *account, now);
  add_incoming(*account, {}).on_invite(received.transaction, received.request, received.flow, now);
}

void Engine::State::on_response(const sip::ResponseReceived& received, TimePoint now) {
  const auto it = owners.find(received.transaction);
  if (it == owners.end()) return;
  const Owner owner = it->second;
  const bool last = received.response.status() >= 200;
  // A 2xx to INVITE may come again; the entry goes with the transaction (on_timeout's failure) or
  // here.
  const bool invite = received.response.method() == sip::Method::invite;
  if (last && !(invite && received.response.status() < 300)) owners.erase(it);
  if (!std::holds_alternative<RegistrationOwner>(owner)) note_seen(received, now);
  std::visit(overloaded{[&](const RegistrationOwner& o) {
                          if (auto* account = find_account(o.account)) {
                            for (auto* registration : account->registrations()) {
                              if (!registration->waits_for(received.transaction)) continue;
                              registration->on_response(received.transaction, received.response,
                                                        now);
                              watch_registered(*registration, now);
                            }
                            subscribe_registered(*account, now);
                          }
                        },
                        [&](const ProbeOwner& o) {
                          if (last) on_probed(o.account, true, now);
                        },
                        [&](const CandidateOwner& o) {
                          on_candidate_probed(o.probe, std::nullopt, now);
                        },
                        [](const AliveOwner&) {},
                        [&](const CallOwner& o) {
                          if (auto* call = find_call(o.call)) call->on_response(received, now);
                        },
                        [&](const ErrandOwner& o) {
                          errands.on_response(o.errand, received, now);
                        },
                        [&](const SubscriptionOwner& o) {
                          subscriptions.on_response(o.subscription, received, now);
                        },
                        [&](const WatcherOwner& o) {
                          watchers.on_response(o.watcher, received, now);
                        },
                        [&](const FarewellOwner& o) {
                          if (last) on_farewell_answered(o, received, now);
                        }},
             owner);
  if (last && !transactions.is_live(received.transaction)) owners.erase(received.transaction);
}

// What a NAT makes of a flow is told by every answer. The calls of who is named otherwise hear of it by
// that (tell_renamed); of others the servers in between have to see where requests come from now.
void Engine::State::note_seen(const sip::ResponseReceived& received, TimePoint now) {
  if (!watch.watches(received.flow.id)) return;
  const auto via = sip::parse_via(received.response.field(sip::Field::via).value_or(""));
  const auto outside = via ? sip::seen_address(*via, received.flow) : std::nullopt;
  if (!outside) return;
  watch.on_seen(received.flow.id, *outside, now);
  on_seen(received.flow, *outside, received.response.status(), now);
}

void Engine::State::on_seen(const net::Flow& flow, const net::SocketAddress& outside, int status, TimePoint now) {
  bool moved = false;
  for (auto* account : accounts.on_flow(flow.id)) {
    for (auto& standby : account->standby.all()) standby.registration->on_seen(flow, outside, status, now);
    if (!account->registration.on_seen(flow, outside, status, now)) continue;
    moved = moved || account->options.contact.rewrite == ContactOptions::Rewrite::never;
  }
  if (!moved) return;
  for (auto& [id, call] : calls) call->on_renamed(flow, now);
}

void Engine::State::on_client_failed(const sip::ClientFailed& failed, TimePoint now) {
  const auto it = owners.find(failed.transaction);
  if (it == owners.end()) return;
  const Owner owner = it->second;
  owners.erase(it);
  std::visit(overloaded{[&](const RegistrationOwner& o) {
                          if (auto* account = find_account(o.account)) {
                            for (auto* registration : account->registrations()) {
                              registration->on_failure(failed.transaction, failed.error, now);
                            }
                          }
                        },
                        [&](const ProbeOwner& o) { on_probed(o.account, false, now); },
                        [&](const CandidateOwner& o) {
                          on_candidate_probed(o.probe, failed.error, now);
                        },
                        [](const AliveOwner&) {},
                        [&](const CallOwner& o) {
                          if (auto* call = find_call(o.call)) {
                            call->on_client_failed(failed.transaction, failed.error, now);
                          }
                        },
                        [&](const ErrandOwner& o) {
                          errands.on_failure(o.errand, failed.error, now);
                        },
                        [&](const SubscriptionOwner& o) {
                          subscriptions.on_failure(o.subscription, failed.error, now);
                        },
                        [&](const WatcherOwner& o) {
                          watchers.on_failure(o.watcher, failed.error, now);
                        },
                        [&](const FarewellOwner& o) {
                          on_farewell_failed(failed.transaction, o, failed.error, now);
                        }},
             owner);
}

}  // namespace godwit::ua
