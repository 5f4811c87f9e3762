// SPDX-License-Identifier: Apache-2.0
#include "io/dns_query.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/limits.h"
#include "io/dns_channel.h"
#include "io/timer.h"

namespace godwit::io {

struct DnsQuery::Op : std::enable_shared_from_this<DnsQuery::Op> {
  Op(Loop& l, Random& r, net::DnsQuestion q, Options o, Done d)
      : loop(l), random(r), question(std::move(q)), options(std::move(o)), done(std::move(d)) {}

  Loop& loop;
  Random& random;
  net::DnsQuestion question;  // of the alias, once the name turned out to be one
  Options options;
  Done done;
  std::optional<Timer> limit;
  std::optional<DnsChannel> channel;
  std::size_t aliases = 0;
  std::chrono::seconds ttl = std::chrono::seconds::max();  // the least on the way here

  void start();
  void ask();
  void on_reply(const DnsChannel::Reply& reply);
  bool drop(const std::optional<net::SocketAddress>& server);
  void finish(net::DnsAnswer answer, const std::optional<net::SocketAddress>& server);
};

void DnsQuery::Op::start() {
  limit.emplace(loop, [weak = weak_from_this()] {
    if (const auto op = weak.lock()) op->finish({}, std::nullopt);
  });
  limit->arm(loop.now() + options.timeout);
  ask();
}

void DnsQuery::Op::ask() {
  const auto id = static_cast<std::uint16_t>(random.u32());
  channel.emplace(loop, options.servers, options.on_socket, net::write_dns_question(id, question),
                  [weak = weak_from_this()](const DnsChannel::Reply& reply) {
                    if (const auto op = weak.lock()) op->on_reply(reply);
                  });
}

void DnsQuery::Op::on_reply(const DnsChannel::Reply& reply) {
  auto reading = net::read_dns_response(std::as_bytes(std::span(reply.bytes)), question);
  if (reading.answer.status == net::DnsAnswer::Status::failed) {
    if (drop(reply.server)) return ask();
    return finish({}, std::nullopt);
  }
  ttl = std::min(ttl, reading.answer.ttl);
  if (!reading.alias.empty()) {
    if (++aliases > limits::kDnsAliases) return finish({}, std::nullopt);
    question.name = std::move(reading.alias);
    drop(reply.server);
    options.servers.insert(options.servers.begin(), *reply.server);  // it answers
    return ask();
  }
  reading.answer.ttl = ttl;
  finish(std::move(reading.answer), reply.server);
}

// @return whether others are left to be asked.
bool DnsQuery::Op::drop(const std::optional<net::SocketAddress>& server) {
  if (!server) return false;
  std::erase(options.servers, *server);
  return !options.servers.empty();
}

void DnsQuery::Op::finish(net::DnsAnswer answer, const std::optional<net::SocketAddress>& server) {
  if (!done) return;
  limit.reset();
  channel.reset();
  std::exchange(done, nullptr)(std::move(answer), server);
}

DnsQuery::DnsQuery(Loop& loop, Random& random, net::DnsQuestion question, Options options,
                   Done done)
    : op_(std::make_shared<Op>(loop, random, std::move(question), std::move(options),
                               std::move(done))) {
  op_->start();
}

DnsQuery::~DnsQuery() {
  op_->done = nullptr;
  op_->limit.reset();
  op_->channel.reset();
}

void DnsQuery::restart(std::vector<net::SocketAddress> servers) {
  if (!op_->done) return;
  op_->options.servers = std::move(servers);
  op_->ask();
}

}  // namespace godwit::io
