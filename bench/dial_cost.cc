// SPDX-License-Identifier: Apache-2.0
#include "dial_cost.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/overloaded.h"
#include "base/random.h"
#include "sip/message/message.h"
#include "ua/engine.h"

namespace bench {
namespace {

using godwit::Duration;
using godwit::TimePoint;
namespace net = godwit::net;
namespace sip = godwit::sip;
namespace ua = godwit::ua;

const auto kOurs = *net::IpAddress::parse("192.0.2.10");
const auto kServer = *net::IpAddress::parse("198.51.100.1");
constexpr std::string_view kDomain = "example.org";

net::DnsAnswer record(const sip::QueryDns& query) {
  net::DnsAnswer answer;
  answer.status = net::DnsAnswer::Status::found;
  answer.ttl = std::chrono::hours{24};
  if (query.type == net::DnsType::naptr && query.name == kDomain) {
    answer.pointers = {{10, 10, "s", "SIP+D2U", "", "_sip._udp.example.org"}};
  } else if (query.type == net::DnsType::srv && query.name == "_sip._udp.example.org") {
    answer.services = {{10, 60, 5060, "one.example.org"}, {20, 40, 5060, "two.example.org"}};
  } else if (query.type == net::DnsType::a) {
    answer.addresses = {kServer};
  } else {
    answer.status = net::DnsAnswer::Status::no_data;
  }
  return answer;
}

/// The world around one engine: answers at once, and keeps the last INVITE that left.
class World {
 public:
  explicit World(TimePoint now) : engine_({}, random_, now) {
    net::NetworkSnapshot network;
    network.interfaces = {{2, "eth0", true, false, {{kOurs, 24}}}};
    network.default_routes = {{net::Family::v4, 2, *net::IpAddress::parse("192.0.2.1"), 100}};
    feed(ua::NetworkObserved{network, now}, now);
    godwit::AccountOptions account;
    account.address_of_record = "sip:alice@example.org";
    account_ = *engine_.add_account(account, now);
  }

  /// @return how long it took until the INVITE was there.
  std::optional<Duration> dial(TimePoint now) {
    invite_.reset();
    const auto begin = std::chrono::steady_clock::now();
    if (!engine_.dial(account_, "sip:bob@example.org", {}, now)) return std::nullopt;
    settle(now);
    const auto end = std::chrono::steady_clock::now();
    if (!invite_) return std::nullopt;
    refuse(now);
    return std::chrono::duration_cast<Duration>(end - begin);
  }
  /// Ends what only waits for copies.
  void pass(TimePoint now) {
    engine_.on_timeout(now);
    settle(now);
  }
  /// A probe of the server is answered, as it would be.
  void answer_probes(TimePoint now) {
    for (const auto& probe : std::exchange(probes_, {})) reply(probe, 200, now);
  }

 private:
  void feed(const ua::Input& input, TimePoint now) {
    engine_.on_input(input, now);
    settle(now);
  }

  void settle(TimePoint now) {
    for (auto actions = engine_.take_actions(); !actions.empty();
         actions = engine_.take_actions()) {
      for (const auto& action : actions) {
        if (const auto* io = std::get_if<sip::IoAction>(&action)) carry_out(*io, now);
        if (const auto* media = std::get_if<ua::MediaAction>(&action)) carry_out(*media, now);
      }
    }
  }

  void carry_out(const sip::IoAction& action, TimePoint now) {
    std::visit(
        godwit::overloaded{
            [&](const sip::SendMessage& send) { on_sent(send); },
            [&](const sip::OpenUdpFlow& open) {
              engine_.on_input(sip::IoInput(sip::FlowOpened{open.flow, {kOurs, 5060}}), now);
            },
            [&](const sip::QueryDns& query) {
              engine_.on_input(
                  sip::IoInput(sip::DnsAnswered{query.name, query.type, record(query)}), now);
            },
            [&](const sip::LookUpRoute& wanted) {
              std::optional<net::RouteChoice> choice;
              if (wanted.destination.is_v4()) choice = net::RouteChoice{kOurs, 2};
              engine_.on_input(sip::IoInput(sip::RouteFound{wanted.destination, choice}), now);
            },
            [](const auto&) {}},
        action);
  }

  void carry_out(const ua::MediaAction& action, TimePoint now) {
    if (const auto* open = std::get_if<ua::OpenMediaPath>(&action)) {
      engine_.on_input(ua::MediaPathOpened{open->media, open->path, {kOurs, 40'000}}, now);
    }
  }

  void on_sent(const sip::SendMessage& send) {
    if (send.bytes->substr(0, 7) == "INVITE ") invite_ = send;
    if (send.bytes->substr(0, 8) == "OPTIONS ") probes_.push_back(send);
  }

  void refuse(TimePoint now) { reply(*std::exchange(invite_, std::nullopt), 486, now); }

  void reply(const sip::SendMessage& sent, int status, TimePoint now) {
    const auto request = sip::parse_message(*sent.bytes);
    const auto response = sip::make_response(*request, status, "there");
    feed(sip::IoInput(sip::DatagramReceived{sent.flow, {kOurs, 5060}, sent.to, response.write()}),
         now);
  }

  godwit::SeededRandom random_{1};
  ua::Engine engine_;
  godwit::AccountId account_;
  std::optional<sip::SendMessage> invite_;
  std::vector<sip::SendMessage> probes_;
};

}  // namespace

DialCost measure_dialling(int calls) {
  TimePoint now{std::chrono::hours{1}};
  World world(now);
  // The first one finds its server; nothing is cached yet.
  static_cast<void>(world.dial(now));
  world.answer_probes(now);
  std::vector<double> microseconds;
  for (int i = 0; i < calls; ++i) {
    now += std::chrono::milliseconds{100};
    world.pass(now);
    const auto took = world.dial(now);
    if (!took) {
      std::fputs("a call was not dialled\n", stderr);
      std::exit(1);
    }
    microseconds.push_back(std::chrono::duration<double, std::micro>(*took).count());
  }
  std::sort(microseconds.begin(), microseconds.end());
  return {microseconds[microseconds.size() / 2], microseconds[microseconds.size() * 99 / 100]};
}

}  // namespace bench
