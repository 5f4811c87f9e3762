// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/random.h"
#include "godwit/error.h"
#include "godwit/ids.h"
#include "godwit/time.h"
#include "net/flow.h"
#include "sip/message/message.h"
#include "sip/transaction/timer_profile.h"
#include "sip/transport/flow_truth.h"
#include "sip/transport/io_action.h"

namespace godwit::sip {

using ClientId = StrongId<struct ClientTransactionTag>;
using ServerId = StrongId<struct ServerTransactionTag>;

/// A response that matched a client transaction. A 2xx to INVITE comes once per copy received
/// (RFC 6026 §7.2), so that each can be acknowledged; other retransmissions are absorbed.
struct ResponseReceived {
  ClientId transaction;
  Message response;
  net::Flow flow;  ///< how it came
};
/// A request that opened a server transaction. Its top Via already has `received` and `rport`.
struct RequestReceived {
  ServerId transaction;
  Message request;
  net::Flow flow;
};
/// An ACK that belongs to no non-2xx transaction: it acknowledges a 2xx.
struct AckReceived {
  Message ack;
  net::Flow flow;
};
/// A CANCEL for a live INVITE server transaction. The CANCEL itself was answered with 200.
struct CancelReceived {
  ServerId invite;
  Message cancel;
};
/// No final answer in time (timer B or F), or the flow failed. The transaction has ended.
struct ClientFailed {
  ClientId transaction;
  Error error;  ///< Errc::timed_out, Errc::unreachable, …
};
/// A non-2xx answer to INVITE was never acknowledged (timer H), or nobody found a way for a final
/// response in as much time. The transaction has ended.
struct ServerFailed {
  ServerId transaction;
};
/// There is a response, but the connection that its request came by is gone. It waits for
/// `move_server`, by RFC 3261 §18.2.2 with a connection to `source`, and if that fails to what RFC
/// 3263 §5 makes of `host` and `port`; or for `abandon`. Told once for each connection lost.
///
/// Over UDP responses go to their request's source and nowhere else: a sent-by there is anybody's.
struct ResponseNeedsRoute {
  ServerId transaction;
  net::Transport transport = net::Transport::tcp;  ///< how the request came
  net::SocketAddress source;  ///< where it came from, with the port that its sender listens on
  Host host;                  ///< of the sent-by
  std::uint16_t port = 0;     ///< of the sent-by; 0: not given, which is not 5060 (RFC 3263 §5)
};
/// A response that matched nothing; a 2xx to INVITE from a forgotten transaction, for example. Or
/// one that could do harm if forged and came otherwise than by its request's own flow: an answer to
/// REGISTER, a redirection, a challenge.
struct StrayResponse {
  Message response;
  net::Flow flow;
};
/// A datagram that is no SIP message, or one with a fault. Told for counting, logging, and to be
/// answered (`answer_malformed`); keep-alives are not told.
struct MalformedReceived {
  net::Flow flow;
  std::shared_ptr<const ReadMessage> read;  ///< never null; its `fault` says what is wrong
  std::size_t bytes = 0;                    ///< of the datagram
};
using TransactionOutput =
    std::variant<SendMessage, ResponseReceived, RequestReceived, AckReceived, CancelReceived,
                 ClientFailed, ServerFailed, ResponseNeedsRoute, StrayResponse, MalformedReceived>;

/// All transactions of one agent (RFC 3261 §17, RFC 6026): absorbs and makes retransmissions,
/// matches responses by branch, sent-by and method. A user agent's (`Origin::own`) answers 482 to a
/// request that came before by another way (RFC 3261 §8.2.2.2); a proxy passes both on. The single
/// door through which messages leave: every one sent is asserted to be true to its flow
/// (`find_untruth`).
///
/// Inputs take `now`; outputs wait in order until `take_outputs()`.
class TransactionTable {
 public:
  /// `origin`: whether what leaves is our own or, in a proxy, passed on; it decides what is
  /// asserted.
  TransactionTable(TimerProfile timers, Random& random, Origin origin = Origin::own);
  ~TransactionTable();

  /// Sends a request (not ACK) in a new client transaction. The table writes the top Via from the
  /// flow.
  ClientId send_request(Message request, const net::Flow& flow, TimePoint now);
  /// Sends CANCEL for an INVITE that got a 1xx; before that, as soon as one comes (RFC 3261 §9.1).
  /// With `flow` it leaves there instead of where the INVITE went; top Via and CSeq number stay.
  void cancel(ClientId invite, const std::optional<net::Flow>& flow, TimePoint now);
  /// Forgets a client transaction: nothing of it is told any more.
  void abandon(ClientId transaction);
  /// Sends a request that has no transaction: the ACK for a 2xx. A new Via is written.
  /// Returns the bytes so that they can be sent again for each copy of the 2xx (`resend`).
  Bytes send_ack(Message ack, const net::Flow& flow);
  void resend(const Bytes& bytes, const net::Flow& flow);

  /// Answers. A provisional may be sent many times, a final once, but for a 2xx to INVITE, which
  /// the caller repeats by RFC 3261 §13.3.1.4.
  void respond(ServerId transaction, const Message& response, TimePoint now);
  /// From now on the transaction's responses leave on `flow`: its old one is dead. What waited for
  /// a way leaves now, unless it was written for the old flow and is not true to this one.
  /// @return false when such a response is left: to be given again, made for `flow`.
  bool move_server(ServerId transaction, const net::Flow& flow);
  /// Forgets a server transaction: its responses can go nowhere.
  void abandon(ServerId transaction);
  /// Answers without a transaction (RFC 3261 §8.2.7): errors toward unknown sources.
  void respond_statelessly(const Message& request, const Message& response, const net::Flow& flow);

  /// Answers a malformed request, once, where its top Via and its source say (RFC 3581 §4). Nothing
  /// is sent in reply to an ACK or a response, to a Via without a sent-by that reads, when the
  /// response is larger than the sender may cause, or past the rate: `limits`.
  /// @return whether it was sent.
  bool answer_malformed(const MalformedReceived& malformed, const Message& response, TimePoint now);

  /// `advertised`: see `net::Flow`.
  void on_datagram(const DatagramReceived& datagram, net::Transport transport, TimePoint now,
                   const std::optional<net::SocketAddress>& advertised = {});
  /// One message of a stream, whole and without the line breaks around it.
  void on_message(const net::Flow& flow, std::string bytes, TimePoint now);
  /// Client transactions of the flow (of that remote only, if given) fail at once. The responses of
  /// server transactions whose connection it was need another way.
  void on_flow_failed(net::FlowId flow, const std::optional<net::SocketAddress>& remote,
                      const Error& error, TimePoint now);
  /// Who sent this knows a tag of ours, and so receives what is sent there. The same is learnt of who
  /// answers. Until then, over UDP, new calls from there are taken at a bounded rate and the others
  /// dropped, and an error that is their first answer is not repeated but for a copy of the request
  /// (`Origin::own` only): what a forged source gets is no more than its forger sent.
  void prove(const net::Flow& flow, TimePoint now);

  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  [[nodiscard]] std::vector<TransactionOutput> take_outputs();

  /// The request a server transaction was opened by; nullptr when it has ended, or was answered and
  /// only waits for copies.
  [[nodiscard]] const Message* request_of(ServerId transaction) const;
  [[nodiscard]] bool is_live(ClientId transaction) const;
  /// Client transactions that have ended since the last call, whatever way. Only a user agent's table
  /// (`Origin::own`) keeps them.
  [[nodiscard]] std::vector<ClientId> take_ended_clients();
  /// Live transactions on a flow, both kinds: a flow is closed when none is left.
  [[nodiscard]] std::size_t count_on(net::FlowId flow) const;
  [[nodiscard]] std::size_t size() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace godwit::sip
