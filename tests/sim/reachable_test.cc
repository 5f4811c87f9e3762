// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <variant>

#include "sip/message/uri.h"
#include "support/address_of.h"
#include "support/long_run.h"
#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;

/// How long users could not be called although a network of theirs worked, and what it cost.
struct Tally {
  std::vector<Duration> outages;
  std::size_t changes = 0;
  std::size_t registers = 0;
  std::size_t most_bindings = 0;
  std::size_t letters = 0;
  std::vector<std::string> wrong;

  [[nodiscard]] Duration outage_at(double share) {
    if (outages.empty()) return {};
    std::ranges::sort(outages);
    return outages[static_cast<std::size_t>(share * static_cast<double>(outages.size() - 1))];
  }
};

/// Stays at home and writes to others.
class Writer {
 public:
  using Arrived = std::function<void(int status)>;

  explicit Writer(FakeNetwork& network) : agent_(network, make_host(network)) {
    AccountOptions options;
    options.address_of_record = "sip:writer@example.test";
    options.password = "secret";
    account_ = agent_.add_account(options);
    agent_.start_registration(account_);
    agent_.on_event([this](const Event& event) {
      const auto* answered = std::get_if<MessageAnswered>(&event);
      if (answered == nullptr) return;
      auto letter = letters_.extract(answered->message);
      if (letter) letter.mapped()(answered->status);
      agent_.forget_log();
      agent_.forget_told();
    });
  }
  void write(const std::string& user, Arrived arrived) {
    const auto letter = agent_.run([&](ua::Engine& engine, TimePoint now) {
      return engine.send_message(account_, "sip:" + user + "@example.test",
                                 {"text/plain", "where are you?"}, now);
    });
    if (!letter) return arrived(0);
    letters_.emplace(*letter, std::move(arrived));
  }

 private:
  static FakeHost& make_host(FakeNetwork& network) {
    auto& host = network.add_host("writer");
    host.add_interface("eth0", {.delay = 25ms});
    host.attach("eth0", {"10.3.0.2", "2001:db8:3::2"});
    return host;
  }

  SimUserAgent agent_;
  AccountId account_;
  std::map<MessageId, Arrived> letters_;
};

/// How many networks a phone is on most of the time.
enum class Networks { one, two };

/// A user whose phone goes from network to network, for as long as the world turns.
class Wanderer {
 public:
  Wanderer(FakeNetwork& network, SimServer& server, Writer& writer, std::size_t number,
           Networks networks, Duration between, Tally& tally)
      : time_(network.time()),
        random_(network.random().u64()),
        number_(number),
        networks_(networks),
        between_(between),
        host_(make_host(network)),
        agent_(network, host_, options_of(number, networks)),
        server_(server),
        writer_(writer),
        tally_(tally) {
    AccountOptions options;
    options.address_of_record = "sip:" + user() + "@example.test";
    options.password = "secret";
    constexpr net::Transport kBy[] = {net::Transport::udp, net::Transport::tcp,
                                      net::Transport::tls};
    const auto by = kBy[number % std::size(kBy)];
    if (by != net::Transport::udp) {
      options.registrar = "sip:example.test;transport=" + std::string(to_string(by));
    }
    // With two networks there is a flow over each (RFC 5626).
    if (networks == Networks::two) options.outbound = Outbound::always;
    agent_.start_registration(agent_.add_account(options));
  }

  [[nodiscard]] static std::string user_of(std::size_t number) {
    return "user" + std::to_string(number);
  }
  [[nodiscard]] std::string user() const { return user_of(number_); }
  [[nodiscard]] bool registered() const { return is_bound(); }
  [[nodiscard]] SimUserAgent& agent() { return agent_; }

  void set_out() {
    watch();
    arrange_change();
    arrange_letter();
  }

 private:
  enum class Change { moves, moves_after_a_while, overlaps, renumbers, flaps, vpn, count };

  static UserAgentOptions options_of(std::size_t number, Networks networks) {
    UserAgentOptions options;
    if (networks == Networks::two) {
      options.instance_id = "urn:uuid:f81d4fae-7dec-11d0-a765-" + std::to_string(100'000'000'000 + number);
    }
    return options;
  }
  FakeHost& make_host(FakeNetwork& network) {
    auto& host = network.add_host(user());
    for (const char* name : {"wifi0", "lte0", "tun0"}) host.add_interface(name, {.delay = 25ms});
    host.attach("wifi0", some_addresses(), kHome);
    if (networks_ == Networks::two) host.attach("lte0", some_addresses(), kAway);
    return host;
  }
  // IPv4, IPv6 or both, never the same ones twice in a short time.
  std::vector<std::string> some_addresses() {
    const auto kind = random_.below(4);
    const auto place = std::to_string(++places_ % 250);
    std::vector<std::string> some;
    if (kind != 0) some.push_back("10." + std::to_string(20 + number_) + '.' + place + ".2");
    if (kind != 1) some.push_back("2001:db8:" + std::to_string(100 + number_) + ':' + place + "::2");
    return some;
  }

  void arrange_change() {
    const double wait = -std::log(1 - static_cast<double>(random_.below(1'000'000)) / 1e6);
    const auto span = std::chrono::duration_cast<Duration>(between_ * wait);
    time_.after(span, [this] {
      if (!changing_) change();
      arrange_change();
    });
  }
  // A letter comes to who has had a network for a second, and keeps it for another.
  void arrange_letter() {
    time_.after(20s, [this] {
      if (time_.now() - changed_ > 1s && has_network()) write();
      arrange_letter();
    });
  }
  void write() {
    ++tally_.letters;
    writer_.write(user(), [this, sent = time_.now()](int status) {
      if (changed_ > sent || (status == 200 && time_.now() - sent < 1s)) return;
      tell("did not get a letter (" + std::to_string(status) + ')');
    });
  }
  Duration some_time(Duration least, Duration most) {
    return least + Duration{static_cast<Duration::rep>(
                       random_.below(static_cast<std::uint64_t>((most - least).count())))};
  }
  void change() {
    ++tally_.changes;
    changed_ = time_.now();
    agent_.forget_log();
    agent_.forget_told();
    networks_ == Networks::one ? change_the_one() : change_one_of_two();
    watch();
  }
  // One goes and comes back, with other addresses or the same, or both do, each in its own time; or the
  // one that is better becomes the worse.
  void change_one_of_two() {
    const auto first = random_.below(2);
    const std::string one = first == 0 ? "wifi0" : "lte0", other = first == 0 ? "lte0" : "wifi0";
    const int metric = first == 0 ? kHome : kAway;
    switch (random_.below(4)) {
      case 0:
        host_.detach(one);
        host_.attach(one, some_addresses(), metric);
        break;
      case 1:
        host_.detach(one);
        later(some_time(10ms, 5s), [this, one, metric] {
          host_.attach(one, some_addresses(), metric);
          watch();
        });
        break;
      case 2:
        host_.detach(one);
        host_.detach(other);
        later(some_time(10ms, 5s), [this, one, other, metric] {
          host_.attach(one, some_addresses(), metric);
          watch();
          later(some_time(10ms, 5s), [this, other, metric] {
            host_.attach(other, some_addresses(), kHome + kAway - metric);
            watch();
          });
        });
        break;
      default:
        host_.attach("tun0", some_addresses(), 10);
        later(some_time(10ms, 20s), [this] {
          host_.detach("tun0");
          watch();
        });
        break;
    }
  }
  void change_the_one() {
    const std::string from = at_home_ ? "wifi0" : "lte0", to = at_home_ ? "lte0" : "wifi0";
    switch (static_cast<Change>(random_.below(static_cast<std::uint64_t>(Change::count)))) {
      case Change::moves:
        host_.detach(from);
        arrive(to, some_addresses());
        break;
      case Change::moves_after_a_while:
        host_.detach(from);
        later(some_time(10ms, 5s), [this, to] { arrive(to, some_addresses()); });
        break;
      case Change::overlaps:
        host_.attach(to, some_addresses(), 50);
        later(some_time(10ms, 5s), [this, from, to] {
          host_.detach(from);
          at_home_ = to == "wifi0";
          watch();
        });
        break;
      case Change::renumbers:
        host_.detach(from);
        arrive(from, some_addresses());
        break;
      case Change::flaps:
        host_.detach(from);
        later(some_time(10ms, 800ms), [this, from, same = addresses_] { arrive(from, same); });
        break;
      case Change::vpn:
        host_.attach("tun0", some_addresses(), 10);
        later(some_time(10ms, 20s), [this] {
          host_.detach("tun0");
          watch();
        });
        break;
      case Change::count:
        break;
    }
  }
  void arrive(const std::string& interface, const std::vector<std::string>& addresses) {
    addresses_ = addresses;
    at_home_ = interface == "wifi0";
    host_.attach(interface, addresses, at_home_ ? kHome : kAway);
    watch();
  }
  void later(Duration span, std::function<void()> rest) {
    changing_ = true;
    time_.after(span, [this, rest = std::move(rest)] {
      changing_ = false;
      changed_ = time_.now();
      rest();
    });
  }

  [[nodiscard]] bool has_network() const {
    return host_.route_to(ip("10.9.0.2")) || host_.route_to(ip("2001:db8:9::2"));
  }
  // The server knows one address, which is ours now; or one for each flow, of which one is ours now.
  [[nodiscard]] bool is_bound() const {
    const auto bindings = server_.bindings_of(user());
    std::map<std::uint32_t, std::size_t> flows;
    for (const auto& binding : bindings) {
      tally_.most_bindings = std::max(tally_.most_bindings, ++flows[binding.reg_id]);
    }
    if (networks_ == Networks::one && bindings.size() != 1) return false;
    return std::ranges::any_of(bindings, [this](const server::Binding& binding) {
      const auto* const address = std::get_if<net::IpAddress>(&binding.contact.host);
      return address != nullptr && host_.has_address(*address);
    });
  }
  // From a change on until all is well again, and now and then.
  void watch() {
    if (watching_) return;
    watching_ = true;
    look();
  }
  void look() {
    constexpr Duration kOften = 5ms, kSeldom = 5s;
    const bool well = is_bound();
    if (!has_network() || well) {
      if (well && lost_since_) tally_.outages.push_back(time_.now() - *lost_since_);
      lost_since_.reset();
      told_ = false;
    } else if (!lost_since_) {
      lost_since_ = time_.now();
    } else if (time_.now() - *lost_since_ > 1s && !std::exchange(told_, true)) {
      tell("could not be called for a second");
    }
    if (well && has_network()) {
      watching_ = false;
      time_.after(kSeldom, [this] { watch(); });
      return;
    }
    time_.after(kOften, [this] { look(); });
  }
  void tell(const std::string& what) {
    std::ostringstream out;
    out << user() << ' ' << what << ", at "
        << std::chrono::duration<double>(time_.now().time_since_epoch()).count() << " s; bound:";
    for (const auto& binding : server_.bindings(user())) out << ' ' << binding;
    if (tally_.wrong.empty()) out << '\n' << agent_.log() << server_.log();
    tally_.wrong.push_back(out.str());
  }

  VirtualTime& time_;
  mutable SeededRandom random_;
  static constexpr int kHome = 100, kAway = 150;  // metrics

  std::size_t number_;
  Networks networks_;
  Duration between_;
  std::size_t places_ = 0;
  std::vector<std::string> addresses_;
  FakeHost& host_;
  SimUserAgent agent_;
  SimServer& server_;
  Writer& writer_;
  Tally& tally_;
  bool at_home_ = true, changing_ = false, watching_ = false, told_ = false;
  TimePoint changed_{};
  std::optional<TimePoint> lost_since_;
};

/// Everybody can be called wherever they are, within a second of having a network, and a letter
/// comes to them.
class ReachableTest : public ::testing::TestWithParam<Networks> {};

TEST_P(ReachableTest, WhoHasANetworkCanBeCalled) {
  const auto users = number_from_environment("GODWIT_USERS", in_long_run() ? 100 : 12);
  const auto hours = number_from_environment("GODWIT_HOURS", in_long_run() ? 24 : 1);
  constexpr Duration kBetween = 36s;  // a hundred changes in an hour

  VirtualTime time;
  SeededRandom random(seed_of_run());
  FakeNetwork network(time, random);
  auto& host = network.add_host("server");
  host.add_interface("eth0", {.delay = 100us});
  host.attach("eth0", {"10.9.0.2", "2001:db8:9::2"});
  network.add_name("example.test", {"10.9.0.2", "2001:db8:9::2"});
  network.add_name("sip.example.test", {"10.9.0.2", "2001:db8:9::2"});
  server::ServerOptions options;
  options.domain = "example.test";
  options.host_name = "sip.example.test";
  options.tls_options.certificate_file = "example.test,sip.example.test";
  options.tls_options.private_key_file = "the key";
  options.users["writer"] = "secret";
  for (std::size_t i = 0; i < users; ++i) options.users[Wanderer::user_of(i)] = "secret";
  SimServer server(network, host, options);

  Tally tally;
  network.set_tap([&](const FakeHost&, const FakePacket& packet) {
    if (packet.bytes.starts_with("REGISTER ")) ++tally.registers;
  });
  Writer writer(network);
  std::vector<std::unique_ptr<Wanderer>> all;
  for (std::size_t i = 0; i < users; ++i) {
    all.push_back(std::make_unique<Wanderer>(network, server, writer, i, GetParam(), kBetween, tally));
  }
  time.run_for(10s);
  for (auto& one : all) ASSERT_TRUE(one->registered()) << one->user();
  tally.registers = 0;
  for (auto& one : all) one->set_out();
  for (std::uint64_t minute = 0; minute < 60 * hours; ++minute) {
    time.run_for(1min);
    server.forget_log();
  }

  const auto in_ms = [](Duration span) {
    return std::chrono::duration<double, std::milli>(span).count();
  };
  std::cout << users << " users, " << hours << " h, " << tally.changes
            << " changes: not to be called for " << in_ms(tally.outage_at(0.5)) << " ms (median), " << in_ms(tally.outage_at(0.99))
            << " ms (99 %), " << in_ms(tally.outage_at(1)) << " ms (longest); at most "
            << tally.most_bindings << " bindings of a flow; "
            << static_cast<double>(tally.registers) / static_cast<double>(tally.changes)
            << " REGISTERs a change; " << tally.letters << " letters\n";
  EXPECT_GE(tally.changes, 50 * users * hours);
  EXPECT_GE(tally.letters, 50 * users * hours);
  EXPECT_EQ(tally.most_bindings, 1U);
  EXPECT_TRUE(tally.wrong.empty()) << tally.wrong.size()
                                   << " times; the first: " << tally.wrong.front();
  for (auto& one : all) {
    for (const auto& fault : one->agent().faults()) ADD_FAILURE() << one->user() << ": " << fault;
  }
}

INSTANTIATE_TEST_SUITE_P(On, ReachableTest, ::testing::Values(Networks::one, Networks::two),
                         [](const auto& info) {
                           return info.param == Networks::one ? "OneNetwork" : "TwoNetworks";
                         });

}  // namespace
}  // namespace godwit::test
