// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "sip/transaction/client_invite.h"
#include "sip/transaction/client_request.h"
#include "sip/transaction/deadline_queue.h"
#include "sip/transaction/flow_use.h"
#include "sip/transaction/outbox.h"

namespace godwit::sip {

/// The client half of a TransactionTable: what its functions of the same names promise.
class ClientTransactions {
 public:
  ClientTransactions(const TimerProfile& timers, Random& random, Outbox& outbox)
      : timers_(timers), random_(random), outbox_(outbox) {}

  ClientId send_request(Message request, const net::Flow& flow, TimePoint now);
  void cancel(ClientId invite, const std::optional<net::Flow>& flow, TimePoint now);
  void abandon(ClientId id);

  /// Whose response is it? Branch, sent-by and method decide (RFC 3261 §17.1.3, §18.1.2), and for
  /// some how it came.
  [[nodiscard]] std::optional<ClientId> match(const Message& response, const net::Flow& flow) const;
  void on_response(ClientId id, Message response, const net::Flow& flow, TimePoint now);
  void on_flow_failed(net::FlowId flow, const std::optional<net::SocketAddress>& remote,
                      const Error& error, TimePoint now);
  void on_timeout(TimePoint now);

  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return deadlines_.earliest(); }
  [[nodiscard]] bool is_live(ClientId id) const { return entries_.count(id) != 0; }
  [[nodiscard]] std::size_t count_on(net::FlowId flow) const { return use_.count(flow); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] std::vector<ClientId> take_ended() { return std::exchange(ended_, {}); }

  /// So many INVITEs with a 2xx are remembered for further ones (RFC 6026 §7.2); of more, the oldest
  /// are forgotten.
  static constexpr std::size_t kMaxAccepted = 32'768;

 private:
  using Machine = std::variant<ClientInvite, ClientRequest>;
  enum class Told { everything, nothing };
  struct Entry {
    Machine machine;
    net::Flow flow;
    Bytes bytes;
    Via via;  // ours, the top one
    std::string key;
    Told told = Told::everything;
    std::unique_ptr<Message> invite;       // as sent; ACK and CANCEL are made of it
    bool cancel_waits = false;             // for a 1xx
    bool accepted = false;                 // stands in `accepted_`
    std::optional<net::Flow> cancel_flow;  // where it leaves then, if not on `flow`
    ClientId cancel;                       // the CANCEL's own transaction
  };
  /// An INVITE whose flow failed while it was open: it can still be cancelled on another one.
  struct Lost {
    Message invite;
    net::Flow flow;
  };
  /// What an action may be about.
  struct Cause {
    Message* response = nullptr;
    const net::Flow* flow = nullptr;
  };

  ClientId open(Message request, const net::Flow& flow, Told told, TimePoint now);
  void send_cancel(Entry& entry, TimePoint now);
  void forget_lost(ClientId id);
  void note_ended(ClientId id);
  [[nodiscard]] static bool may_still_ring(const Entry& entry, bool only_destination_failed);
  void perform(ClientId id, Entry& entry, ClientInvite::Action action, Cause cause);
  void perform(ClientId id, Entry& entry, ClientRequest::Action action, Cause cause);
  void tell_response(ClientId id, const Entry& entry, Cause cause);
  void tell_failure(ClientId id, const Entry& entry, const Error& error);
  void note_accepted(ClientId id, Entry& entry);
  void settle(ClientId id, const Entry& entry);
  void erase(ClientId id);

  TimerProfile timers_;
  Random& random_;
  Outbox& outbox_;
  std::uint64_t last_id_ = 0;
  std::unordered_map<ClientId, Entry> entries_;
  std::unordered_map<std::string, ClientId> by_key_;
  std::unordered_map<ClientId, Lost> lost_;
  DeadlineQueue deadlines_;
  FlowUse use_;
  std::vector<ClientId> ended_;
  std::deque<ClientId> accepted_;   // oldest first, with some that have ended
  std::size_t accepted_count_ = 0;  // of those that have not
};

}  // namespace godwit::sip
