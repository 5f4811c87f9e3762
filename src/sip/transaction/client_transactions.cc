// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/client_transactions.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "sip/transaction/derived_request.h"
#include "sip/transaction/outgoing_head.h"
#include "sip/transaction/transaction_key.h"

namespace godwit::sip {
namespace {

bool same_sent_by(const Via& a, const Via& b) {
  return a.port == b.port && same_host(a.host, b.host);
}

/// A forged one would take a registration away, send a call elsewhere, or ask for credentials.
bool must_come_by_own_flow(const Message& response) {
  const int status = response.status();
  return response.method() == Method::register_ || (status >= 300 && status < 400) ||
         status == 401 || status == 407;
}

/// The same connection; over UDP the same host, for some answer from another port.
bool is_own_flow(const net::Flow& request, const net::Flow& response) {
  if (request.transport != response.transport) return false;
  if (request.transport != net::Transport::udp) return request.id == response.id;
  return request.remote.address == response.remote.address;
}

bool has_ended(const ClientInvite& machine) {
  return machine.state() == ClientInvite::State::terminated;
}
bool has_ended(const ClientRequest& machine) {
  return machine.state() == ClientRequest::State::terminated;
}

bool awaits_final(const ClientInvite& machine) {
  return machine.state() == ClientInvite::State::calling ||
         machine.state() == ClientInvite::State::proceeding;
}
bool awaits_final(const ClientRequest& machine) {
  return machine.state() == ClientRequest::State::trying ||
         machine.state() == ClientRequest::State::proceeding;
}

}  // namespace

ClientId ClientTransactions::send_request(Message request, const net::Flow& flow, TimePoint now) {
  GODWIT_ASSERT(request.is_request() && request.method() != Method::ack);
  complete_head(request, flow, random_);
  return open(std::move(request), flow, Told::everything, now);
}

ClientId ClientTransactions::open(Message request, const net::Flow& flow, Told told,
                                  TimePoint now) {
  const ClientId id{++last_id_};
  const bool invite = request.method() == Method::invite;
  const TimerProfile timers = timers_.over(flow.transport);
  Entry entry{invite ? Machine(ClientInvite(timers, now)) : Machine(ClientRequest(timers, now)),
              flow,
              outbox_.send(request, flow),
              request.top_via(),
              {},
              told,
              nullptr,
              false,
              false,
              {},
              {}};
  entry.key = client_key(entry.via.branch, request.method_name());
  if (invite) entry.invite = std::make_unique<Message>(std::move(request));
  by_key_[entry.key] = id;
  use_.add(flow.id);
  settle(id, entries_.emplace(id, std::move(entry)).first->second);
  return id;
}

void ClientTransactions::cancel(ClientId invite, const std::optional<net::Flow>& flow,
                                TimePoint now) {
  if (const auto lost = lost_.find(invite); lost != lost_.end()) {
    open(make_cancel(lost->second.invite), flow.value_or(lost->second.flow), Told::nothing, now);
    forget_lost(invite);
    return;
  }
  const auto found = entries_.find(invite);
  if (found == entries_.end()) return note_ended(invite);  // whoever still counts on it
  Entry& entry = found->second;
  const auto* const machine = std::get_if<ClientInvite>(&entry.machine);
  if (machine == nullptr || !awaits_final(*machine)) return;  // too late: RFC 3261 §9.1
  if (flow) entry.cancel_flow = flow;
  if (machine->state() == ClientInvite::State::calling) {
    entry.cancel_waits = true;
    return;
  }
  send_cancel(entry, now);
  settle(invite, entry);
}

/// One CANCEL at a time: a second one, on another flow, takes the place of the first.
void ClientTransactions::send_cancel(Entry& entry, TimePoint now) {
  entry.cancel_waits = false;
  const net::Flow flow = entry.cancel_flow.value_or(entry.flow);
  if (const auto earlier = entries_.find(entry.cancel); earlier != entries_.end()) {
    if (earlier->second.flow == flow) return;
    erase(entry.cancel);
  }
  entry.cancel = open(make_cancel(*entry.invite), flow, Told::nothing, now);
  std::get<ClientInvite>(entry.machine).on_cancel_sent(now);
}

// It had ended with its flow, and ends for those who cancel it once more.
void ClientTransactions::forget_lost(ClientId id) {
  if (lost_.erase(id) == 0) return;
  deadlines_.set(id.value, std::nullopt);
  note_ended(id);
}

void ClientTransactions::note_ended(ClientId id) {
  if (outbox_.origin() == Origin::own) ended_.push_back(id);
}

void ClientTransactions::abandon(ClientId id) {
  forget_lost(id);
  erase(id);
}

std::optional<ClientId> ClientTransactions::match(const Message& response,
                                                  const net::Flow& flow) const {
  const Via via = response.top_via();
  const auto found = by_key_.find(client_key(via.branch, response.method_name()));
  if (found == by_key_.end()) return std::nullopt;
  const Entry& entry = entries_.at(found->second);
  if (!same_sent_by(via, entry.via)) return std::nullopt;
  if (must_come_by_own_flow(response) && !is_own_flow(entry.flow, flow)) return std::nullopt;
  return found->second;
}

void ClientTransactions::on_response(ClientId id, Message response, const net::Flow& flow,
                                     TimePoint now) {
  Entry& entry = entries_.at(id);
  const int status = response.status();
  std::visit(
      [&](auto& machine) {
        for (const auto action : machine.on_response(status, now)) {
          perform(id, entry, action, {&response, &flow});
        }
      },
      entry.machine);
  const auto* const invite = std::get_if<ClientInvite>(&entry.machine);
  if (entry.cancel_waits && invite->state() == ClientInvite::State::proceeding) {
    send_cancel(entry, now);
  }
  note_accepted(id, entry);
  settle(id, entry);
}

/// After its 2xx an INVITE outlives its business by timer M, for more of them alone: neither its text
/// nor its copies are needed any more, and of many the oldest can be done without.
void ClientTransactions::note_accepted(ClientId id, Entry& entry) {
  const auto* const invite = std::get_if<ClientInvite>(&entry.machine);
  const bool accepted =
      invite != nullptr && invite->state() == ClientInvite::State::accepted && !entry.accepted;
  if (!accepted) return;
  entry.accepted = true;
  entry.invite.reset();
  entry.bytes.reset();
  accepted_.push_back(id);
  if (++accepted_count_ <= kMaxAccepted) return;
  while (!accepted_.empty() && entries_.count(accepted_.front()) == 0) accepted_.pop_front();
  if (!accepted_.empty()) erase(accepted_.front());
}

void ClientTransactions::perform(ClientId id, Entry& entry, ClientInvite::Action action,
                                 Cause cause) {
  switch (action) {
    case ClientInvite::Action::send_invite:
      return outbox_.send_again(entry.bytes, entry.flow);
    case ClientInvite::Action::send_ack:
      // RFC 3261 §17.1.1.3: to where the INVITE went, wherever the response came from.
      outbox_.send(make_failure_ack(*entry.invite, *cause.response), entry.flow);
      return;
    case ClientInvite::Action::tell_response:
      return tell_response(id, entry, cause);
    case ClientInvite::Action::tell_timed_out:
      return tell_failure(id, entry,
                          {make_error_code(Errc::timed_out), "no final answer to INVITE in time"});
  }
}

void ClientTransactions::perform(ClientId id, Entry& entry, ClientRequest::Action action,
                                 Cause cause) {
  switch (action) {
    case ClientRequest::Action::send_request:
      return outbox_.send_again(entry.bytes, entry.flow);
    case ClientRequest::Action::tell_response:
      return tell_response(id, entry, cause);
    case ClientRequest::Action::tell_timed_out:
      return tell_failure(id, entry, {make_error_code(Errc::timed_out), "no final answer in time"});
  }
}

void ClientTransactions::tell_response(ClientId id, const Entry& entry, Cause cause) {
  if (entry.told == Told::nothing) return;
  outbox_.tell(ResponseReceived{id, std::move(*cause.response), *cause.flow});
}

void ClientTransactions::tell_failure(ClientId id, const Entry& entry, const Error& error) {
  if (entry.told == Told::nothing) return;
  outbox_.tell(ClientFailed{id, error});
}

// RFC 3261 §9.1 lets a CANCEL wait for a 1xx, so that it does not come before its INVITE. None can come
// where the flow is gone; a destination that cannot be reached has no INVITE.
bool ClientTransactions::may_still_ring(const Entry& entry, bool only_destination_failed) {
  const auto* const invite = std::get_if<ClientInvite>(&entry.machine);
  if (invite == nullptr || entry.cancel) return false;
  return invite->state() == ClientInvite::State::proceeding ||
         (invite->state() == ClientInvite::State::calling && !only_destination_failed);
}

void ClientTransactions::on_flow_failed(net::FlowId flow,
                                        const std::optional<net::SocketAddress>& remote,
                                        const Error& error, TimePoint now) {
  std::vector<ClientId> hit;
  for (const auto& [id, entry] : entries_) {
    if (entry.flow.id == flow && (!remote || entry.flow.remote == *remote)) hit.push_back(id);
  }
  std::sort(hit.begin(), hit.end());  // told in the order in which they were sent
  for (const ClientId id : hit) {
    Entry& entry = entries_.at(id);
    const bool open =
        std::visit([](const auto& machine) { return awaits_final(machine); }, entry.machine);
    if (open) tell_failure(id, entry, error);
    // One whose outcome is known only waits for copies, which can come until the flow is gone.
    if (!open && remote) continue;
    const bool lost = may_still_ring(entry, remote.has_value());
    const auto cancel_flow = entry.cancel_waits ? entry.cancel_flow : std::nullopt;
    if (lost) lost_.emplace(id, Lost{std::move(*entry.invite), entry.flow});
    erase(id);
    if (lost) deadlines_.set(id.value, now + timers_.timer_b());
    if (lost && cancel_flow && cancel_flow->id != flow) cancel(id, cancel_flow, now);
  }
}

void ClientTransactions::on_timeout(TimePoint now) {
  for (const std::uint64_t owner : deadlines_.take_due(now)) {
    const ClientId id{owner};
    forget_lost(id);
    const auto found = entries_.find(id);
    if (found == entries_.end()) continue;
    Entry& entry = found->second;
    std::visit(
        [&](auto& machine) {
          for (const auto action : machine.on_timeout(now)) perform(id, entry, action, {});
        },
        entry.machine);
    settle(id, entry);
  }
}

/// After anything that a machine was told: it has ended, or has another deadline.
void ClientTransactions::settle(ClientId id, const Entry& entry) {
  const bool ended =
      std::visit([](const auto& machine) { return has_ended(machine); }, entry.machine);
  if (ended) return erase(id);
  deadlines_.set(id.value, std::visit([](const auto& machine) { return machine.next_deadline(); },
                                      entry.machine));
}

void ClientTransactions::erase(ClientId id) {
  deadlines_.set(id.value, std::nullopt);
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  use_.remove(found->second.flow.id);
  if (found->second.accepted) --accepted_count_;
  const auto key = by_key_.find(found->second.key);
  if (key != by_key_.end() && key->second == id) by_key_.erase(key);
  entries_.erase(found);
  note_ended(id);
  // Those that ended in their turn are taken out as they come to stand first.
  while (!accepted_.empty() && entries_.count(accepted_.front()) == 0) accepted_.pop_front();
}

}  // namespace godwit::sip
