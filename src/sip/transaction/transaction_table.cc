// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/transaction_table.h"

#include <utility>

#include "base/assert.h"
#include "base/earlier_of.h"
#include "base/limits.h"
#include "sip/transaction/answer_budget.h"
#include "sip/transaction/client_transactions.h"
#include "sip/transaction/outbox.h"
#include "sip/transaction/outgoing_head.h"
#include "sip/transaction/server_transactions.h"
#include "sip/transaction/source_via.h"

namespace godwit::sip {
namespace {

/// Empty datagrams and line breaks keep NAT bindings open (RFC 5626 §3.5.1, RFC 3261 §7.5).
bool is_keep_alive(std::string_view bytes) {
  return bytes.find_first_not_of("\r\n") == std::string_view::npos;
}

bool may_be_answered(const Message& message) {
  return message.is_request() && !message.method_name().empty() &&
         message.method() != Method::ack && names_way_back(message);
}

}  // namespace

struct TransactionTable::State {
  State(const TimerProfile& timers, Random& random_numbers, Origin origin)
      : random(random_numbers),
        outbox(origin),
        clients(timers, random_numbers, outbox),
        servers(timers, random_numbers, outbox) {}

  void on_message(Message message, const net::Flow& flow, TimePoint now);

  Random& random;
  Outbox outbox;
  ClientTransactions clients;
  ServerTransactions servers;
  AnswerBudget malformed_answers;
};

void TransactionTable::State::on_message(Message message, const net::Flow& flow, TimePoint now) {
  if (message.is_request()) return servers.on_request(std::move(message), flow, now);
  if (const auto id = clients.match(message, flow)) {
    servers.prove(flow, now);
    return clients.on_response(*id, std::move(message), flow, now);
  }
  outbox.tell(StrayResponse{std::move(message), flow});
}

TransactionTable::TransactionTable(TimerProfile timers, Random& random, Origin origin)
    : state_(std::make_unique<State>(timers, random, origin)) {}

TransactionTable::~TransactionTable() = default;

ClientId TransactionTable::send_request(Message request, const net::Flow& flow, TimePoint now) {
  return state_->clients.send_request(std::move(request), flow, now);
}

void TransactionTable::cancel(ClientId invite, const std::optional<net::Flow>& flow,
                              TimePoint now) {
  state_->clients.cancel(invite, flow, now);
}

void TransactionTable::abandon(ClientId transaction) {
  state_->clients.abandon(transaction);
}

Bytes TransactionTable::send_ack(Message ack, const net::Flow& flow) {
  GODWIT_ASSERT(ack.method() == Method::ack);
  complete_head(ack, flow, state_->random);
  return state_->outbox.send(ack, flow);
}

void TransactionTable::resend(const Bytes& bytes, const net::Flow& flow) {
  state_->outbox.send_again(bytes, flow);
}

void TransactionTable::respond(ServerId transaction, const Message& response, TimePoint now) {
  state_->servers.respond(transaction, response, now);
}

bool TransactionTable::move_server(ServerId transaction, const net::Flow& flow) {
  return state_->servers.move(transaction, flow);
}

void TransactionTable::abandon(ServerId transaction) {
  state_->servers.abandon(transaction);
}

void TransactionTable::respond_statelessly(const Message& request, const Message& response,
                                           const net::Flow& flow) {
  state_->servers.respond_statelessly(request, response, flow);
}

void TransactionTable::on_datagram(const DatagramReceived& datagram, net::Transport transport,
                                   TimePoint now,
                                   const std::optional<net::SocketAddress>& advertised) {
  if (is_keep_alive(datagram.bytes)) return;
  on_message({datagram.flow, transport, datagram.local, datagram.remote, advertised},
             datagram.bytes, now);
}

void TransactionTable::on_message(const net::Flow& flow, std::string bytes, TimePoint now) {
  const std::size_t size = bytes.size();
  auto read = read_message(std::move(bytes));
  if (!read.fault) return state_->on_message(std::move(read.message), flow, now);
  state_->outbox.tell(
      MalformedReceived{flow, std::make_shared<const ReadMessage>(std::move(read)), size});
}

bool TransactionTable::answer_malformed(const MalformedReceived& malformed, const Message& response,
                                        TimePoint now) {
  const Message& request = malformed.read->message;
  if (!may_be_answered(request)) return false;
  if (response.write().size() > limits::kMalformedAnswerGrowth * malformed.bytes) return false;
  if (!state_->malformed_answers.take(now)) return false;
  respond_statelessly(request, response, malformed.flow);
  return true;
}

void TransactionTable::on_flow_failed(net::FlowId flow,
                                      const std::optional<net::SocketAddress>& remote,
                                      const Error& error, TimePoint now) {
  state_->clients.on_flow_failed(flow, remote, error, now);
  if (!remote) state_->servers.on_flow_failed(flow);
}

void TransactionTable::prove(const net::Flow& flow, TimePoint now) {
  state_->servers.prove(flow, now);
}

void TransactionTable::on_timeout(TimePoint now) {
  state_->clients.on_timeout(now);
  state_->servers.on_timeout(now);
}

std::optional<TimePoint> TransactionTable::next_deadline() const {
  return earlier_of(state_->clients.next_deadline(), state_->servers.next_deadline());
}

std::vector<TransactionOutput> TransactionTable::take_outputs() {
  return state_->outbox.take();
}

const Message* TransactionTable::request_of(ServerId transaction) const {
  return state_->servers.request_of(transaction);
}

bool TransactionTable::is_live(ClientId transaction) const {
  return state_->clients.is_live(transaction);
}

std::vector<ClientId> TransactionTable::take_ended_clients() {
  return state_->clients.take_ended();
}

std::size_t TransactionTable::count_on(net::FlowId flow) const {
  return state_->clients.count_on(flow) + state_->servers.count_on(flow);
}

std::size_t TransactionTable::size() const {
  return state_->clients.size() + state_->servers.size();
}

}  // namespace godwit::sip
