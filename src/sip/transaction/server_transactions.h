// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>

#include "sip/transaction/answer_budget.h"
#include "sip/transaction/deadline_queue.h"
#include "sip/transaction/flow_use.h"
#include "sip/transaction/outbox.h"
#include "sip/transaction/proven_sources.h"
#include "sip/transaction/server_invite.h"
#include "sip/transaction/server_request.h"

namespace godwit::sip {

/// The server half of a TransactionTable: what its functions of the same names promise.
class ServerTransactions {
 public:
  ServerTransactions(const TimerProfile& timers, Random& random, Outbox& outbox)
      : timers_(timers), random_(random), outbox_(outbox) {}

  void on_request(Message request, const net::Flow& flow, TimePoint now);
  void respond(ServerId id, const Message& response, TimePoint now);
  void respond_statelessly(const Message& request, const Message& response, const net::Flow& flow);
  bool move(ServerId id, const net::Flow& flow);
  void abandon(ServerId id) { erase(id); }
  void on_flow_failed(net::FlowId flow);
  void prove(const net::Flow& flow, TimePoint now);
  void on_timeout(TimePoint now);

  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return deadlines_.earliest(); }
  [[nodiscard]] const Message* request_of(ServerId id) const;
  [[nodiscard]] std::size_t count_on(net::FlowId flow) const { return use_.count(flow); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

  /// Requests beyond so many that wait for their answer, or for its ACK, get a stateless 503: a
  /// flood must not eat all memory.
  static constexpr std::size_t kMaxTransactions = 10'000;
  /// So many answers are kept for copies of their requests; of more, the oldest are forgotten.
  static constexpr std::size_t kMaxAnswered = 32'768;

 private:
  using Machine = std::variant<ServerInvite, ServerRequest>;
  /// A response that has no way: the machine hears of it when it leaves.
  struct Waiting {
    Message response;
    TimePoint since;
  };
  using KeyTable = std::unordered_map<std::string, ServerId>;
  /// What a request is found by: keys of the tables below, which hold the text.
  struct Keys {
    const std::string* own = nullptr;
    const std::string* merge = nullptr;  // null where there is nothing to merge
  };
  struct Entry {
    Machine machine;
    net::Flow back;                          // the way of the responses
    std::unique_ptr<const Message> request;  // null once nothing but a copy of it can come
    Keys keys;
    Bytes latest;  // response; null: none that could be sent again
    int latest_status = 0;
    std::string to_tag;
    bool lost = false;         // `back` is gone
    bool route_asked = false;  // since then
    bool answered = false;     // stands in `answered_`
    bool unproven = false;     // its source may be forged
    std::optional<Waiting> waiting;
  };

  void on_ack(Message ack, const std::string& key, const net::Flow& flow, TimePoint now);
  void on_cancel(Message cancel, Keys keys, const net::Flow& flow, TimePoint now);
  void on_copy(ServerId id);
  [[nodiscard]] bool may_be_forged(const Message& request, const net::Flow& flow,
                                   TimePoint now) const;
  void spare_stranger(Entry& entry, const Message& response, TimePoint now);
  ServerId open(Message request, Keys keys, const net::Flow& flow, TimePoint now);
  void refuse(const Message& request, const net::Flow& flow, int status);
  void hand_to_machine(ServerId id, Entry& entry, const Message& response, TimePoint now);
  enum class Acknowledged { no, yes };
  void note_answered(ServerId id, Entry& entry, Acknowledged acknowledged);
  void hold(ServerId id, Entry& entry, const Message& response, TimePoint now);
  void perform(ServerId id, Entry& entry, ServerInvite::Action action, const Message* given);
  void perform(ServerId id, Entry& entry, ServerRequest::Action action, const Message* given);
  void send_response(Entry& entry, const Message* given);
  void send_trying(Entry& entry);
  void settle(ServerId id, const Entry& entry);
  void erase(ServerId id);
  [[nodiscard]] std::optional<TimePoint> end_of_wait(const Entry& entry) const;
  [[nodiscard]] Entry* find(ServerId id);

  TimerProfile timers_;
  Random& random_;
  Outbox& outbox_;
  std::uint64_t last_id_ = 0;
  std::unordered_map<ServerId, Entry> entries_;
  KeyTable by_key_;
  KeyTable by_merge_key_;
  std::deque<ServerId> answered_;   // oldest first, with some that have ended
  std::size_t answered_count_ = 0;  // of those that have not
  DeadlineQueue deadlines_;
  FlowUse use_;
  ProvenSources proven_;
  AnswerBudget unproven_invites_{limits::kUnprovenInvitesPerSecond};
};

}  // namespace godwit::sip
