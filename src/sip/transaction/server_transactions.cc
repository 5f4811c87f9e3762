// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/server_transactions.h"

#include <utility>

#include "base/earlier_of.h"
#include "sip/transaction/source_via.h"
#include "sip/transaction/stateless_response.h"
#include "sip/transaction/transaction_key.h"

namespace godwit::sip {
namespace {

bool has_ended(const ServerInvite& machine) {
  return machine.state() == ServerInvite::State::terminated;
}
bool has_ended(const ServerRequest& machine) {
  return machine.state() == ServerRequest::State::terminated;
}

/// Would it send a response of this status?
bool takes(const ServerInvite& machine, int status) {
  if (machine.state() == ServerInvite::State::accepted) return status >= 200 && status < 300;
  return machine.state() == ServerInvite::State::proceeding;
}
bool takes(const ServerRequest& machine, int) {
  return machine.state() == ServerRequest::State::trying ||
         machine.state() == ServerRequest::State::proceeding;
}

ResponseNeedsRoute route_question(ServerId id, const Message& request, const net::Flow& lost) {
  const Via via = request.top_via();
  const auto port = via.port != 0 ? via.port : net::default_port(lost.transport);
  const net::SocketAddress source{lost.remote.address, port};
  return {id, lost.transport, source, via.host, via.port};
}

}  // namespace

void ServerTransactions::on_request(Message request, const net::Flow& flow, TimePoint now) {
  std::string key = server_key(request);  // before the Via is written to
  write_source(request, flow.remote);
  if (request.method() == Method::ack) return on_ack(std::move(request), key, flow, now);

  // Entered at once, under the id that it will have: one look into a large table less.
  const auto [place, is_new] = by_key_.try_emplace(std::move(key), ServerId{last_id_ + 1});
  if (!is_new) return on_copy(place->second);
  if (entries_.size() - answered_count_ >= kMaxTransactions) {
    by_key_.erase(place);
    return refuse(request, flow, 503);
  }
  Keys keys{&place->first, nullptr};
  if (request.method() == Method::cancel) return on_cancel(std::move(request), keys, flow, now);
  std::string merge = outbox_.origin() == Origin::own ? merge_key(request) : std::string();
  if (!merge.empty()) {  // a proxy passes both on
    const auto [same, is_first] = by_merge_key_.try_emplace(std::move(merge), place->second);
    if (!is_first) {  // RFC 3261 §8.2.2.2: it came before, by another way
      by_key_.erase(place);
      return refuse(request, flow, 482);
    }
    keys.merge = &same->first;
  }
  const bool forged = may_be_forged(request, flow, now);
  if (forged && !unproven_invites_.take(now)) {
    if (keys.merge != nullptr) by_merge_key_.erase(by_merge_key_.find(*keys.merge));
    by_key_.erase(place);
    return;
  }
  const ServerId id = open(request, keys, flow, now);
  entries_.at(id).unproven = forged;
  outbox_.tell(RequestReceived{id, std::move(request), flow});
}

void ServerTransactions::prove(const net::Flow& flow, TimePoint now) {
  if (flow.transport == net::Transport::udp) proven_.prove(flow.remote.address, now);
}

/// A new call over UDP, from somebody who has not shown that it receives what is sent there.
bool ServerTransactions::may_be_forged(const Message& request, const net::Flow& flow,
                                       TimePoint now) const {
  return outbox_.origin() == Origin::own && flow.transport == net::Transport::udp &&
         request.method() == Method::invite && request.to_tag().empty() &&
         !proven_.knows(flow.remote.address, now);
}

/// An error that is all we have said is not repeated: a real caller's INVITE comes again, and
/// brings it again; who was forged would get it eleven times.
void ServerTransactions::spare_stranger(Entry& entry, const Message& response, TimePoint now) {
  const bool first_word = entry.unproven && entry.latest == nullptr && response.status() >= 300;
  if (first_word) entry.machine = ServerInvite(timers_.over(net::Transport::tcp), now);
}

void ServerTransactions::on_copy(ServerId id) {
  Entry& entry = entries_.at(id);
  std::visit(
      [&](auto& machine) {
        for (const auto action : machine.on_retransmission()) perform(id, entry, action, nullptr);
      },
      entry.machine);
}

void ServerTransactions::on_ack(Message ack, const std::string& key, const net::Flow& flow,
                                TimePoint now) {
  const auto known = by_key_.find(key);
  if (known == by_key_.end()) return outbox_.tell(AckReceived{std::move(ack), flow});
  Entry& entry = entries_.at(known->second);
  auto* const machine = std::get_if<ServerInvite>(&entry.machine);
  if (machine == nullptr) return;
  if (!entry.to_tag.empty() && ack.to_tag() == entry.to_tag) prove(flow, now);
  const auto actions = machine->on_ack(now);
  note_answered(known->second, entry, Acknowledged::yes);
  settle(known->second, entry);
  if (!actions.empty()) outbox_.tell(AckReceived{std::move(ack), flow});
}

// RFC 3261 §9.2: answered here; what it means is the business of who answers the INVITE.
void ServerTransactions::on_cancel(Message cancel, Keys keys, const net::Flow& flow,
                                   TimePoint now) {
  const auto known = by_key_.find(cancelled_key(cancel));
  const Entry* const invite = known == by_key_.end() ? nullptr : &entries_.at(known->second);
  const auto* const machine =
      invite == nullptr ? nullptr : std::get_if<ServerInvite>(&invite->machine);
  const bool pending = machine != nullptr && machine->state() == ServerInvite::State::proceeding;
  std::string tag = invite == nullptr ? std::string() : invite->to_tag;
  if (tag.empty()) tag = random_.token(8);
  const ServerId invite_id = known == by_key_.end() ? ServerId{} : known->second;

  const ServerId id = open(cancel, keys, flow, now);
  respond(id, make_response(cancel, machine != nullptr ? 200 : 481, tag), now);
  if (pending) outbox_.tell(CancelReceived{invite_id, std::move(cancel)});
}

ServerId ServerTransactions::open(Message request, Keys keys, const net::Flow& flow,
                                  TimePoint now) {
  const ServerId id{++last_id_};
  const TimerProfile timers = timers_.over(flow.transport);
  Entry entry{request.method() == Method::invite ? Machine(ServerInvite(timers, now))
                                                 : Machine(ServerRequest(timers)),
              way_back(request, flow),
              nullptr,
              keys,
              nullptr,
              0,
              {},
              false,
              false,
              false,
              {}};
  entry.request = std::make_unique<const Message>(std::move(request));
  use_.add(flow.id);
  settle(id, entries_.emplace(id, std::move(entry)).first->second);
  return id;
}

void ServerTransactions::refuse(const Message& request, const net::Flow& flow, int status) {
  respond_statelessly(request, make_stateless_response(request, flow, status), flow);
}

void ServerTransactions::respond_statelessly(const Message& request, const Message& response,
                                             const net::Flow& flow) {
  outbox_.send(response, way_back(request, flow));
}

void ServerTransactions::respond(ServerId id, const Message& response, TimePoint now) {
  Entry* const entry = find(id);
  if (entry == nullptr) return;
  if (entry->lost) return hold(id, *entry, response, now);
  // Nor is a stranger reminded every minute, or for want of a PRACK, of what it was told.
  const bool again = entry->unproven && entry->latest != nullptr && response.status() < 200;
  if (again && response.status() == entry->latest_status) return;
  entry->latest_status = response.status();
  hand_to_machine(id, *entry, response, now);
}

void ServerTransactions::hand_to_machine(ServerId id, Entry& entry, const Message& response,
                                         TimePoint now) {
  spare_stranger(entry, response, now);
  std::visit(
      [&](auto& machine) {
        for (const auto action : machine.on_response(response.status(), now)) {
          perform(id, entry, action, &response);
        }
      },
      entry.machine);
  note_answered(id, entry, Acknowledged::no);
  settle(id, entry);
}

/// Over UDP an answer outlives its transaction's business by timer J, that to an INVITE its ACK by
/// timer I, a 2xx by timer L, for copies of the request alone: that must neither keep other
/// requests out nor eat much memory.
void ServerTransactions::note_answered(ServerId id, Entry& entry, Acknowledged acknowledged) {
  const bool udp = entry.back.transport == net::Transport::udp;
  const auto* const machine = std::get_if<ServerRequest>(&entry.machine);
  const auto* const invite = std::get_if<ServerInvite>(&entry.machine);
  // The user repeats its own 2xx, whose ACK is no business of the transaction's (RFC 6026 §7.1).
  const bool accepted = invite != nullptr && invite->state() == ServerInvite::State::accepted;
  const bool waits_for_copies = machine != nullptr
                                    ? udp && machine->state() == ServerRequest::State::completed
                                    : accepted || acknowledged == Acknowledged::yes;
  if (!waits_for_copies || std::exchange(entry.answered, true)) return;
  if (udp) entry.request.reset();
  answered_.push_back(id);
  if (++answered_count_ > kMaxAnswered) erase(answered_.front());
}

/// RFC 3261 §18.2.2: the connection is not open any more. The latest response waits, a final one
/// no longer than its transaction would.
void ServerTransactions::hold(ServerId id, Entry& entry, const Message& response, TimePoint now) {
  const int status = response.status();
  const bool wanted =
      std::visit([&](const auto& machine) { return takes(machine, status); }, entry.machine);
  const bool has_final = entry.waiting && entry.waiting->response.status() >= 200;
  if (!wanted || status == 100 || (has_final && status < 200)) return;
  entry.waiting = Waiting{response, has_final ? entry.waiting->since : now};
  settle(id, entry);
  if (!std::exchange(entry.route_asked, true)) {
    outbox_.tell(route_question(id, *entry.request, entry.back));
  }
}

void ServerTransactions::on_flow_failed(net::FlowId flow) {
  for (auto& [id, entry] : entries_) {
    if (entry.back.id != flow || entry.back.transport == net::Transport::udp) continue;
    if (entry.lost) continue;
    entry.lost = true;
    entry.route_asked = false;
    use_.remove(flow);
  }
}

void ServerTransactions::perform(ServerId id, Entry& entry, ServerInvite::Action action,
                                 const Message* given) {
  switch (action) {
    case ServerInvite::Action::send_trying:
      return send_trying(entry);
    case ServerInvite::Action::send_response:
      return send_response(entry, given);
    case ServerInvite::Action::tell_ack:
      return;  // told by on_ack, which has the ACK
    case ServerInvite::Action::tell_no_ack:
      return outbox_.tell(ServerFailed{id});
  }
}

void ServerTransactions::perform(ServerId, Entry& entry, ServerRequest::Action action,
                                 const Message* given) {
  switch (action) {
    case ServerRequest::Action::send_response:
      return send_response(entry, given);
  }
}

void ServerTransactions::send_response(Entry& entry, const Message* given) {
  if (entry.lost) return;
  if (given != nullptr) {
    entry.latest = outbox_.send(*given, entry.back);
    if (entry.to_tag.empty()) entry.to_tag = given->to_tag();
  } else if (entry.latest != nullptr) {
    outbox_.send_again(entry.latest, entry.back);
  }
}

void ServerTransactions::send_trying(Entry& entry) {
  Message trying = make_response(*entry.request, 100, {});
  if (const auto timestamp = entry.request->extension("Timestamp")) {
    trying.add_extension("Timestamp", *timestamp);  // RFC 3261 §8.2.6.1
  }
  send_response(entry, &trying);
}

bool ServerTransactions::move(ServerId id, const net::Flow& flow) {
  Entry* const entry = find(id);
  if (entry == nullptr) return true;
  if (!std::exchange(entry->lost, false)) use_.remove(entry->back.id);
  use_.add(flow.id);
  entry->back = flow;
  // What names our old address must not leave on this flow.
  if (entry->latest != nullptr) {
    const auto latest = parse_message(*entry->latest);
    if (!latest || find_untruth(*latest, flow, outbox_.origin())) entry->latest = nullptr;
  }
  if (!entry->waiting) return true;
  const Waiting waiting = *std::exchange(entry->waiting, std::nullopt);
  if (find_untruth(waiting.response, flow, outbox_.origin())) {
    settle(id, *entry);
    return false;
  }
  hand_to_machine(id, *entry, waiting.response, waiting.since);
  return true;
}

void ServerTransactions::on_timeout(TimePoint now) {
  for (const std::uint64_t owner : deadlines_.take_due(now)) {
    const ServerId id{owner};
    Entry* const entry = find(id);
    if (entry == nullptr) continue;
    std::visit(
        [&](auto& machine) {
          for (const auto action : machine.on_timeout(now)) perform(id, *entry, action, nullptr);
        },
        entry->machine);
    if (const auto end = end_of_wait(*entry); end && *end <= now) {
      outbox_.tell(ServerFailed{id});
      erase(id);
    } else {
      settle(id, *entry);
    }
  }
}

const Message* ServerTransactions::request_of(ServerId id) const {
  const auto found = entries_.find(id);
  return found == entries_.end() ? nullptr : found->second.request.get();
}

ServerTransactions::Entry* ServerTransactions::find(ServerId id) {
  const auto found = entries_.find(id);
  return found == entries_.end() ? nullptr : &found->second;
}

std::optional<TimePoint> ServerTransactions::end_of_wait(const Entry& entry) const {
  if (!entry.waiting || entry.waiting->response.status() < 200) return std::nullopt;
  return entry.waiting->since + timers_.timer_h();
}

/// After anything that a machine was told: it has ended, or has another deadline.
void ServerTransactions::settle(ServerId id, const Entry& entry) {
  const bool ended =
      std::visit([](const auto& machine) { return has_ended(machine); }, entry.machine);
  if (ended) return erase(id);
  const auto deadline =
      std::visit([](const auto& machine) { return machine.next_deadline(); }, entry.machine);
  deadlines_.set(id.value, earlier_of(deadline, end_of_wait(entry)));
}

void ServerTransactions::erase(ServerId id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  const Entry& entry = found->second;
  deadlines_.set(id.value, std::nullopt);
  if (!entry.lost) use_.remove(entry.back.id);
  by_key_.erase(by_key_.find(*entry.keys.own));
  if (entry.keys.merge != nullptr) by_merge_key_.erase(by_merge_key_.find(*entry.keys.merge));
  if (entry.answered) --answered_count_;
  entries_.erase(found);
  while (!answered_.empty() && entries_.count(answered_.front()) == 0) answered_.pop_front();
}

}  // namespace godwit::sip
