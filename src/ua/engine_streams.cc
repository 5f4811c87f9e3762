// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/overloaded.h"
#include "sip/transaction/stateless_response.h"
#include "ua/engine_state.h"

// Streams, the probes that choose among servers, and keep-alives.

namespace godwit::ua {
namespace {

constexpr std::chrono::seconds kBriefestKeepAlive{10};  // whatever Flow-Timer says

/// The accounts that go by a flow, with its uplink.
std::vector<std::pair<AccountId, net::Uplink>> carried_by(AccountTable& accounts,
                                                          net::FlowId flow) {
  std::vector<std::pair<AccountId, net::Uplink>> carried;
  for (const auto* account : accounts.on_flow(flow)) {
    const auto& main = account->registration;
    const bool by_it = main.registered() && main.flow().id == flow;
    if (by_it) carried.emplace_back(account->identity.id, account->carrying);
  }
  return carried;
}

}  // namespace

void Engine::State::on_stream_accepted(const sip::StreamAccepted& accepted) {
  flows.on_stream_accepted(accepted);
  if (const auto stream = flows.book().stream(accepted.flow)) {
    streams.on_opened(*stream, sip::StreamFramer::Opened::by_peer);
  }
}

void Engine::State::on_stream_received(const sip::StreamReceived& received, TimePoint now) {
  watch.on_received(received.flow, received.bytes, now);
  for (auto& output : streams.on_bytes(received.flow, received.bytes)) {
    on_stream_output(output, now);
  }
}

void Engine::State::on_stream_output(sip::StreamTable::Output& output, TimePoint now) {
  std::visit(overloaded{[&](sip::StreamTable::Message& message) {
                          transactions.on_message(message.flow, std::move(message.bytes), now);
                          drain_transactions(now);
                        },
                        [&](const sip::StreamTable::Ping& ping) {
                          send_bare(ping.flow, sip::kPong, now);
                        },
                        [&](const sip::StreamTable::Pong& pong) { watch.on_pong(pong.flow.id, now); },
                        [&](const sip::StreamTable::Broken& broken) {
                          on_broken_stream(broken, now);
                        }},
             output);
}

// Where the next message begins cannot be known: its sender is told, and connects anew.
void Engine::State::on_broken_stream(const sip::StreamTable::Broken& broken, TimePoint now) {
  out.log(LogLevel::debug, "transport", net::to_string(broken.flow), "closed: " + broken.reason);
  if (broken.status != 0) {
    const auto read = sip::read_message(broken.head);
    transactions.respond_statelessly(
        read.message, sip::make_stateless_response(read.message, broken.flow, broken.status),
        broken.flow);
    drain_transactions(now);
  }
  out.io(sip::CloseFlow{broken.flow.id});
  lose_flow(broken.flow.id, {Errc::malformed_message, broken.reason}, now);
}

void Engine::State::send_bare(const net::Flow& flow, std::string_view bytes, TimePoint now) {
  watch.on_sent(flow.id, bytes, now);
  out.io(sip::SendMessage{flow.id, flow.local.address, flow.remote,
                          std::make_shared<const std::string>(bytes)});
}

// The kernel may refuse our address before we are told that it is gone: then it is the network that
// went, and no server is to blame.
void Engine::State::lose_flow(net::FlowId flow, const Error& why, TimePoint now) {
  const bool ours = why.code == std::errc::address_not_available;
  const Error error = ours ? Error{Errc::no_network, why.detail} : why;
  const bool silent_death = why.code == Errc::timed_out || why.code == std::errc::timed_out;
  const auto carried = carried_by(accounts, flow);
  flows.on_flow_failed(flow, error, now);
  streams.on_closed(flow);
  watch.forget(flow);
  transactions.on_flow_failed(flow, std::nullopt, error, now);
  drain_transactions(now);
  for (auto* account : accounts.on_flow(flow)) on_flow_lost(*account, flow, now);
  if (silent_death) suspect(carried, now);
}

// RFC 3261 §18.2.2: the connection is gone; one to where the request came from, then to what the
// sent-by says, brings the response back.
void Engine::State::pump_homeless(TimePoint now) {
  for (auto it = homeless.begin(); it != homeless.end();) {
    const auto choice = flows.flow_to(it->hops.front(), now);
    if (std::holds_alternative<FlowSelector::Pending>(choice)) {
      ++it;
      continue;
    }
    if (const auto* flow = std::get_if<net::Flow>(&choice)) {
      if (!transactions.move_server(it->transaction, *flow)) transactions.abandon(it->transaction);
      it = homeless.erase(it);
      continue;
    }
    flows.reselect(it->hops.front());
    it->hops.erase(it->hops.begin());
    if (!it->hops.empty()) continue;
    transactions.abandon(it->transaction);
    it = homeless.erase(it);
  }
}

void Engine::State::on_response_needs_route(const sip::ResponseNeedsRoute& wanted, TimePoint now) {
  sip::NextHop source;
  source.host = net::to_string(wanted.source.address);
  source.port = wanted.source.port;
  source.transport = wanted.transport;
  sip::Uri sent_by;
  sent_by.host = wanted.host;
  sent_by.port = wanted.port;
  auto second = sip::next_hop_of(sent_by);
  second.transport = wanted.transport;
  homeless.push_back({wanted.transaction, {{source, {}}, {second, {}}}});
  pump_homeless(now);
}

// OPTIONS with Max-Forwards 0: the first that hears it answers, whoever it is (R16).
void Engine::State::ask_whether_alive(const net::Flow& flow, Owner owner, const std::string& host,
                                      TimePoint now) {
  sip::Uri server;
  server.host = sip::host_from_text(host);
  const auto from = anonymous(context.random.token(8));
  auto request =
      start_request_to(server, sip::Method::options, from, context.random.token(16), 1);
  request.set(sip::Field::max_forwards, "0");
  request.add(sip::Field::user_agent, user_agent_text(options));
  context.send(std::move(request), flow, std::move(owner), now);
}

void Engine::State::send_probes(TimePoint now) {
  for (const auto& probe : flows.take_probes()) {
    ask_whether_alive(probe.flow, CandidateOwner{probe.id}, probe.host, now);
  }
  for (const auto probe : flows.take_ended_probes()) {
    const auto it = std::find_if(owners.begin(), owners.end(), [&](const auto& entry) {
      const auto* owner = std::get_if<CandidateOwner>(&entry.second);
      return owner != nullptr && owner->probe == probe;
    });
    if (it != owners.end()) context.abandon(it->first);
  }
}

void Engine::State::on_candidate_probed(ProbeId probe, const std::optional<Error>& error,
                                        TimePoint now) {
  flows.on_probed(probe, error, now);
  pump_all(now);
}

void Engine::State::watch_registered(const Registration& registration, TimePoint now) {
  const auto anybody = [](const Account&) { return true; };
  const auto flow = registration.flow().id;
  if (!registration.wanted() && accounts.first_on_flow(flow, anybody) == nullptr) {
    return watch.forget(flow);
  }
  if (!registration.registered()) return;
  const bool udp = registration.flow().transport == net::Transport::udp;
  auto interval = udp ? options.transport.udp_keep_alive : options.transport.stream_keep_alive;
  // RFC 5626 §4.4: at least as often as the server wants it, but not so that nothing else is done.
  if (const auto timer = registration.flow_timer()) {
    interval = std::min(interval, std::max(*timer, kBriefestKeepAlive));
  }
  sip::KeepAlive::Profile profile;
  profile.interval = interval;
  if (udp && interval > Duration::zero()) {
    profile.longest = options.transport.udp_keep_alive_longest;
    if (const auto timer = registration.flow_timer()) {
      profile.longest = std::min<Duration>(profile.longest, std::max(*timer, kBriefestKeepAlive));
    }
  }
  watch.watch(flow, profile, now);
}

// A stream is closed; a UDP socket is as good as ever, only the server behind it is not there.
void Engine::State::on_dead_flow(const NextHop& hop, const net::Flow& flow, TimePoint now) {
  const Error error{Errc::timed_out, "nothing comes back"};
  const auto carried = carried_by(accounts, flow.id);
  flows.give_up_on(hop, error, std::nullopt, now);
  if (flow.transport != net::Transport::udp) {
    out.io(sip::CloseFlow{flow.id});
    return lose_flow(flow.id, error, now);
  }
  watch.forget(flow.id);
  transactions.on_flow_failed(flow.id, flow.remote, error, now);
  drain_transactions(now);
  for (auto* account : accounts.on_flow(flow.id)) {
    if (account->identity.hop.server == hop.server) on_flow_lost(*account, flow.id, now);
  }
  suspect(carried, now);
}

std::optional<NextHop> Engine::State::registered_by(net::FlowId flow) {
  std::optional<NextHop> hop;
  static_cast<void>(accounts.first_on_flow(flow, [&](const Account& account) {
    for (const auto* registration : account.registrations()) {
      const auto chosen = flows.chosen(registration->hop());
      if (registration->wanted() && chosen && chosen->id == flow) hop = registration->hop();
    }
    return hop.has_value();
  }));
  return hop;
}

// Who does outbound over UDP answers STUN on the same port (RFC 5626 §4.4.2), which tells what a NAT makes of us.
void Engine::State::ping(const net::Flow& flow, TimePoint now) {
  const auto outbound = [&](const Account& account) {
    const auto all = account.registrations();
    return std::any_of(all.begin(), all.end(), [&](const Registration* registration) {
      return registration->outbound() && registration->flow().id == flow.id;
    });
  };
  const bool stun = flow.transport == net::Transport::udp && accounts.first_on_flow(flow.id, outbound) != nullptr;
  if (!stun) return send_bare(flow, sip::kPing, now);
  send_bare(flow, watch.make_stun_ping(flow.id), now);
}

void Engine::State::on_stun(const sip::DatagramReceived& datagram, TimePoint now) {
  const auto flow = flows.book().flow(datagram.flow, datagram.remote);
  if (!flow) return;
  if (const auto outside = watch.on_stun(datagram.flow, datagram.bytes, now)) on_seen(*flow, *outside, 200, now);
}

void Engine::State::keep_alive(TimePoint now) {
  for (const auto& due : watch.on_timeout(now)) {
    const auto hop = registered_by(due.flow);
    if (!hop) {
      watch.forget(due.flow);
      continue;
    }
    const auto flow = *flows.chosen(*hop);
    switch (due.action) {
      case sip::KeepAlive::Action::send_ping:
        ping(flow, now);
        break;
      case sip::KeepAlive::Action::ask_aloud:
        ask_whether_alive(flow, AliveOwner{flow.id}, hop->server.host, now);
        break;
      case sip::KeepAlive::Action::flow_dead:
        out.log(LogLevel::info, "transport", net::to_string(flow), "dead: nothing comes back");
        on_dead_flow(*hop, flow, now);
        break;
    }
  }
}

}  // namespace godwit::ua
