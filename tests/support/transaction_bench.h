// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sip/transaction/transaction_table.h"
#include "support/fake_clock.h"

namespace godwit::test {

/// The name of a test's parameter.
inline std::string family_name(const ::testing::TestParamInfo<net::Family>& tested) {
  return std::string(to_string(tested.param));
}

/// A TransactionTable with a clock and a far end played by the test.
class TransactionBench {
 public:
  explicit TransactionBench(net::Family family = net::Family::v4,
                            sip::Origin origin = sip::Origin::own)
      : family_(family), table(sip::TimerProfile{}, random_, origin) {}

  [[nodiscard]] net::IpAddress address(int host) const {
    const bool v4 = family_ == net::Family::v4;
    return *net::IpAddress::parse((v4 ? "192.0.2." : "2001:db8::") + std::to_string(host));
  }
  /// From our host 1, or the one given, to host 2.
  [[nodiscard]] net::Flow flow(std::uint64_t id = 1, int host = 1) const {
    return {net::FlowId{id}, net::Transport::udp, {address(host), 5060}, {address(2), 5062}};
  }

  /// The same as one connection of TCP.
  [[nodiscard]] net::Flow stream(std::uint64_t id = 1, int host = 1) const {
    net::Flow connection = flow(id, host);
    connection.transport = net::Transport::tcp;
    return connection;
  }

  [[nodiscard]] static sip::Message request(std::string_view method) {
    sip::Message message = sip::Message::request(method, "sip:bob@example.com");
    message.add(sip::Field::from, "<sip:alice@example.com>;tag=a");
    message.add(sip::Field::to, "<sip:bob@example.com>");
    message.add(sip::Field::call_id, "call-1");
    message.add(sip::Field::cseq, "7 " + std::string(method));
    return message;
  }
  /// A request as a peer sends it.
  [[nodiscard]] sip::Message peer_request(std::string_view method,
                                          std::string_view branch = "z9hG4bKpeer") const {
    sip::Message message = request(method);
    message.prepend(sip::Field::via, "SIP/2.0/UDP " + to_uri_host(address(2)) +
                                         ":5062;rport;branch=" + std::string(branch));
    return message;
  }

  void receive(const sip::Message& message) { receive_on(flow(), message.write()); }
  void receive_on(const net::Flow& from, std::string bytes) {
    if (from.transport == net::Transport::udp) {
      table.on_datagram({from.id, from.local, from.remote, std::move(bytes)}, from.transport,
                        clock.now());
    } else {
      table.on_message(from, std::move(bytes), clock.now());
    }
    collect();
  }
  /// The far end answers the latest request that was sent with this method.
  sip::Message answer(std::string_view method, int status, std::string_view to_tag = "b") {
    sip::Message response = make_response(latest(method), status, to_tag);
    receive(response);
    return response;
  }

  /// Time goes by; the table is woken whenever it wants to be.
  void advance(Duration span) {
    collect();
    const TimePoint end = clock.now() + span;
    for (auto next = table.next_deadline(); next && *next <= end; next = table.next_deadline()) {
      clock.advance(std::max(*next, clock.now()) - clock.now());
      table.on_timeout(clock.now());
      collect();
    }
    clock.advance(end - clock.now());
  }
  /// Takes what the table has put out since.
  void collect() {
    for (sip::TransactionOutput& output : table.take_outputs()) {
      if (const auto* datagram = std::get_if<sip::SendMessage>(&output)) {
        // The answer to a malformed request repeats what is wrong in it.
        sent_.push_back({clock.now(), *datagram, sip::read_message(*datagram->bytes).message});
      } else {
        told_.push_back(std::move(output));
      }
    }
  }

  struct Sent {
    TimePoint at;
    sip::SendMessage datagram;
    sip::Message message;
  };
  /// What was sent, or told of one kind, since it was asked for last.
  std::vector<Sent> sent() {
    collect();
    return std::exchange(sent_, {});
  }
  /// When messages were sent, in milliseconds after `start`.
  std::vector<long> sent_at(TimePoint start) {
    std::vector<long> times;
    for (const Sent& one : sent()) {
      const auto after = one.at - start;
      times.push_back(
          static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(after).count()));
    }
    return times;
  }
  /// Start lines, as "INVITE" and "486".
  std::vector<std::string> sent_lines() {
    std::vector<std::string> lines;
    for (const Sent& one : sent()) {
      remember(one.message);
      lines.push_back(one.message.is_request() ? std::string(one.message.method_name())
                                               : std::to_string(one.message.status()));
    }
    return lines;
  }
  template <class T>
  std::vector<T> told() {
    collect();
    std::vector<T> wanted;
    std::vector<sip::TransactionOutput> others;
    for (sip::TransactionOutput& output : told_) {
      if (auto* one = std::get_if<T>(&output)) {
        wanted.push_back(std::move(*one));
      } else {
        others.push_back(std::move(output));
      }
    }
    told_ = std::move(others);
    return wanted;
  }
  [[nodiscard]] bool nothing_told() {
    collect();
    return told_.empty();
  }

  /// The latest request sent with this method.
  sip::Message latest(std::string_view method) {
    collect();
    for (const Sent& one : sent_) remember(one.message);
    for (auto one = requests_.rbegin(); one != requests_.rend(); ++one) {
      if (one->method_name() == method) return *one;
    }
    return sip::Message::request(method, "sip:nobody.invalid");
  }

 private:
  void remember(const sip::Message& message) {
    if (message.is_request()) requests_.push_back(message);
  }

  net::Family family_;
  SeededRandom random_{1};
  std::vector<Sent> sent_;
  std::vector<sip::Message> requests_;
  std::vector<sip::TransactionOutput> told_;

 public:
  FakeClock clock;
  sip::TransactionTable table;
};

}  // namespace godwit::test
