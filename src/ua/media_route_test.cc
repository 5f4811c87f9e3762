// SPDX-License-Identifier: Apache-2.0
#include "ua/media_route.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <ostream>

#include "support/fake_clock.h"
#include "support/snapshot_builder.h"

namespace godwit::ua {
namespace {

using net::Family;
using net::IpAddress;
using test::ip;
using test::SnapshotBuilder;

constexpr AccountId kAccount{1};
constexpr const char* kV4 = "10.1.0.2";
constexpr const char* kV6 = "2001:db8:1::2";
constexpr const char* kFarV4 = "203.0.113.9";
constexpr const char* kFarV6 = "2001:db8:9::9";
constexpr const char* kFarThroughNat64 = "2001:db8:64::cb00:7109";

enum class Net { only_v4, only_v6, dual, nat64, clat };

/// The routes of a kernel in such a network.
std::optional<IpAddress> kernel_source(Net network, const IpAddress& destination) {
  if (destination.is_v4()) {
    if (network == Net::only_v4 || network == Net::dual) return ip(kV4);
    if (network == Net::clat) return ip("192.0.0.4");
    return std::nullopt;
  }
  if (network == Net::only_v4) return std::nullopt;
  return ip(kV6);
}

net::NetworkSnapshot snapshot_of(Net network) {
  SnapshotBuilder out;
  if (network != Net::only_v4) out.has("wifi0", kV6).default_via("wifi0", "fe80::1");
  if (network == Net::only_v4 || network == Net::dual) {
    out.has("wifi0", kV4).default_via("wifi0", "10.1.0.1");
  }
  if (network == Net::clat) out.has("clat0", "192.0.0.4").default_via("clat0", "192.0.0.1");
  return out;
}

/// A FlowSelector in a network, whose questions are answered by the test's tables.
class MediaRouteBench {
 public:
  explicit MediaRouteBench(Net network, UserAgentOptions wanted = {}, AccountOptions account = {})
      : network_(network), options_(std::move(wanted)) {
    flows_.add_account(kAccount, account);
    static_cast<void>(flows_.on_network(snapshot_of(network), clock_.now()));
  }
  /// What `ask` comes to once everything it waits for has come: an address as text, or "none".
  template <class Ask>
  std::string settled(Ask ask) {
    for (int i = 0; i < 10; ++i) {
      const auto choice = ask(route_);
      if (const auto* address = std::get_if<IpAddress>(&choice)) return net::to_string(*address);
      if (std::holds_alternative<Error>(choice)) return "none";
      serve();
    }
    return "never";
  }
  std::string source_to(const char* named) {
    return settled([&](const MediaRoute& r) { return r.source_to(ip(named), clock_.now()); });
  }
  std::string form_in(Family family, const char* named) {
    return settled([&](const MediaRoute& r) { return r.form_in(family, ip(named), clock_.now()); });
  }
  std::string source_of_offer(const char* signalling_from, const char* server,
                              std::optional<Family> wanted = {}) {
    MediaRoute::Signalling signalling;
    signalling.flow.local = {ip(signalling_from), 5060};
    signalling.remote_addresses = {ip(server)};
    return settled([&](const MediaRoute& r) { return r.source_of_offer(signalling, wanted); });
  }
  [[nodiscard]] const MediaRoute& route() const { return route_; }
  [[nodiscard]] TimePoint now() const { return clock_.now(); }
  [[nodiscard]] int questions() const { return questions_; }

 private:
  void serve() {
    for (const auto& action : out_.take()) {
      const auto* io = std::get_if<sip::IoAction>(&action);
      if (io == nullptr) continue;
      if (const auto* wanted = std::get_if<sip::LookUpRoute>(io)) {
        std::optional<net::RouteChoice> choice;
        const auto source = kernel_source(network_, wanted->destination);
        if (source) choice = net::RouteChoice{*source, 2};
        flows_.on_route_found({wanted->destination, choice}, clock_.now());
      }
      if (const auto* query = std::get_if<sip::QueryDns>(io)) answer(*query);
    }
  }
  void answer(const sip::QueryDns& query) {
    ++questions_;
    net::DnsAnswer answer{.status = net::DnsAnswer::Status::no_such_name};
    const bool has_nat64 = network_ == Net::nat64 || network_ == Net::clat;
    if (query.name == "ipv4only.arpa" && has_nat64) {
      answer = {.status = net::DnsAnswer::Status::found, .ttl = std::chrono::seconds{300}};
      answer.addresses = {ip("2001:db8:64::192.0.0.170")};
    }
    flows_.on_dns_answered({query.name, query.type, answer}, clock_.now());
  }

  Net network_;
  UserAgentOptions options_;
  SeededRandom random_{1};
  Outbox out_;
  FakeClock clock_;
  FlowSelector flows_{out_, options_, random_};
  MediaRoute route_{flows_, options_, kAccount};
  int questions_ = 0;
};

UserAgentOptions media_in(FamilyUse use) {
  UserAgentOptions options;
  options.media_families = use;
  return options;
}

/// F47, F60: what we name in our own offer, and in the answer to an offer of each family.
struct FamilyRow {
  FamilyUse use;
  Net network;
  const char* offered;  ///< ours, signalling going by IPv4 where there is any
  const char* to_v4;    ///< answering IPv4
  const char* to_v6;
};
void PrintTo(const FamilyRow& row, std::ostream* out) {
  *out << "use " << static_cast<int>(row.use) << " network " << static_cast<int>(row.network);
}

class MediaFamilyTest : public ::testing::TestWithParam<FamilyRow> {};

constexpr const char* kNone = "none";
INSTANTIATE_TEST_SUITE_P(
    F47, MediaFamilyTest,
    ::testing::Values(
        FamilyRow{FamilyUse::any, Net::only_v4, kV4, kV4, kNone},
        FamilyRow{FamilyUse::any, Net::only_v6, kV6, kNone, kV6},
        FamilyRow{FamilyUse::any, Net::dual, kV4, kV4, kV6},
        FamilyRow{FamilyUse::any, Net::nat64, kV6, kV6, kV6},
        FamilyRow{FamilyUse::any, Net::clat, kV6, kV6, kV6},
        FamilyRow{FamilyUse::prefer_v4, Net::only_v4, kV4, kV4, kNone},
        FamilyRow{FamilyUse::prefer_v4, Net::only_v6, kV6, kNone, kV6},
        FamilyRow{FamilyUse::prefer_v4, Net::dual, kV4, kV4, kV6},
        FamilyRow{FamilyUse::prefer_v4, Net::nat64, kV6, kV6, kV6},
        FamilyRow{FamilyUse::prefer_v4, Net::clat, kV6, kV6, kV6},
        FamilyRow{FamilyUse::prefer_v6, Net::only_v4, kV4, kV4, kNone},
        FamilyRow{FamilyUse::prefer_v6, Net::only_v6, kV6, kNone, kV6},
        FamilyRow{FamilyUse::prefer_v6, Net::dual, kV6, kV4, kV6},
        FamilyRow{FamilyUse::prefer_v6, Net::nat64, kV6, kV6, kV6},
        FamilyRow{FamilyUse::prefer_v6, Net::clat, kV6, kV6, kV6},
        FamilyRow{FamilyUse::only_v4, Net::only_v4, kV4, kV4, kNone},
        FamilyRow{FamilyUse::only_v4, Net::only_v6, kNone, kNone, kNone},
        FamilyRow{FamilyUse::only_v4, Net::dual, kV4, kV4, kNone},
        FamilyRow{FamilyUse::only_v4, Net::nat64, kNone, kNone, kNone},
        FamilyRow{FamilyUse::only_v4, Net::clat, kNone, kNone, kNone},
        FamilyRow{FamilyUse::only_v6, Net::only_v4, kNone, kNone, kNone},
        FamilyRow{FamilyUse::only_v6, Net::only_v6, kV6, kNone, kV6},
        FamilyRow{FamilyUse::only_v6, Net::dual, kV6, kNone, kV6},
        FamilyRow{FamilyUse::only_v6, Net::nat64, kV6, kV6, kV6},
        FamilyRow{FamilyUse::only_v6, Net::clat, kV6, kV6, kV6}));

TEST_P(MediaFamilyTest, F60_OffersAndAnswersInTheFamilyThatModeAndNetworkAllow) {
  const auto& row = GetParam();
  const bool has_v4 = row.network == Net::only_v4 || row.network == Net::dual;
  MediaRouteBench bench(row.network, media_in(row.use));
  EXPECT_EQ(bench.source_of_offer(has_v4 ? kV4 : kV6, has_v4 ? kFarV4 : kFarV6), row.offered);
  EXPECT_EQ(bench.source_to(kFarV4), row.to_v4);
  EXPECT_EQ(bench.source_to(kFarV6), row.to_v6);
}

TEST(MediaRouteTest, T91_AnIpv4AddressIsReachedThroughTheNat64) {
  for (const auto network : {Net::nat64, Net::clat}) {
    MediaRouteBench bench(network);
    EXPECT_EQ(bench.form_in(Family::v6, kFarV4), kFarThroughNat64);
    EXPECT_EQ(bench.form_in(Family::v6, kFarV6), kFarV6);
    EXPECT_EQ(bench.form_in(Family::v4, kFarV6), "none");
  }
}

TEST(MediaRouteTest, T95_ADualStackNetworkIsNotAskedForAPrefix) {
  MediaRouteBench bench(Net::dual);
  EXPECT_EQ(bench.source_to(kFarV4), kV4);
  EXPECT_EQ(bench.form_in(Family::v4, kFarV4), kFarV4);
  EXPECT_EQ(bench.form_in(Family::v6, kFarV4), "none");
  EXPECT_EQ(bench.questions(), 0);
}

TEST(MediaRouteTest, R22_TheOtherFamilyIsOfferedFromAnAddressOfOurs) {
  MediaRouteBench dual(Net::dual);
  EXPECT_EQ(dual.source_of_offer(kV4, kFarV4, Family::v6), kV6) << "the server has no IPv6";
  EXPECT_EQ(dual.source_of_offer(kV6, kFarV4, Family::v4), kV4) << "by the server's route";
  MediaRouteBench v4(Net::only_v4);
  EXPECT_EQ(v4.source_of_offer(kV4, kFarV4, Family::v6), "none");
  MediaRouteBench forbidden(Net::dual, media_in(FamilyUse::only_v4));
  EXPECT_EQ(forbidden.source_of_offer(kV4, kFarV4, Family::v6), "none");
}

TEST(MediaRouteTest, T94_AMoveToA464xlatIsOneToItsNat64) {
  MediaRouteBench bench(Net::clat);
  EXPECT_EQ(bench.settled([&](const MediaRoute& route) {
    return route.source_after_move(ip("192.0.0.4"), ip(kFarV4), bench.now());
  }),
            kV6);
  MediaRouteBench dual(Net::dual);
  EXPECT_EQ(dual.settled([&](const MediaRoute& route) {
    return route.source_after_move(ip(kV4), ip(kFarV4), dual.now());
  }),
            kV4);
}

AccountOptions bound_to(BindOptions bind) {
  AccountOptions account;
  account.bind = std::move(bind);
  return account;
}

TEST(MediaRouteTest, F36_MediaIsBoundWhereTheAccountIs) {
  BindOptions literal;
  literal.address = "10.1.0.77";
  MediaRouteBench at_address(Net::dual, {}, bound_to(literal));
  EXPECT_EQ(at_address.source_to(kFarV4), "10.1.0.77");
  EXPECT_EQ(at_address.source_to(kFarV6), "none") << "the family of the address is the only one";

  BindOptions link;
  link.interface = "wifi0";
  MediaRouteBench at_link(Net::clat, {}, bound_to(link));
  EXPECT_EQ(at_link.source_to(kFarV4), kV6);
  link.interface = "lte0";
  MediaRouteBench at_absent(Net::dual, {}, bound_to(link));
  EXPECT_EQ(at_absent.source_to(kFarV4), "none") << "it never leaves by another one";

  BindOptions chosen;
  chosen.choose = [](const std::string& destination) {
    return destination == kFarV4 ? std::string("10.1.0.78") : std::string();
  };
  MediaRouteBench by_choice(Net::dual, {}, bound_to(chosen));
  EXPECT_EQ(by_choice.source_to(kFarV4), "10.1.0.78");
  EXPECT_EQ(by_choice.source_to(kFarV6), kV6);
}

TEST(MediaRouteTest, F36_TheAgentsBindingServesAccountsWithoutOne) {
  UserAgentOptions options;
  options.transport.bind.address = "10.1.0.77";
  MediaRouteBench bench(Net::dual, options);
  EXPECT_EQ(bench.source_to(kFarV4), "10.1.0.77");
}

TEST(MediaRouteTest, T81_BehindAFixedNatItsAddressIsNamedFamilyByFamily) {
  BindOptions bind;
  bind.public_address_v4 = "198.51.100.1";
  MediaRouteBench bench(Net::dual, {}, bound_to(bind));
  const auto named = [&](const char* address) {
    return net::to_string(bench.route().named({ip(address), 40000}));
  };
  EXPECT_EQ(named(kV4), "198.51.100.1:40000");
  EXPECT_EQ(named(kV6), "[2001:db8:1::2]:40000");
  bind.public_address_v6 = "198.51.100.1";  // of the wrong family: it would need the wrong label
  MediaRouteBench wrong(Net::dual, {}, bound_to(bind));
  EXPECT_EQ(net::to_string(wrong.route().named({ip(kV6), 40000})), "[2001:db8:1::2]:40000");
}

TEST(MediaRouteTest, T73_ANameOfAnotherNetworkStandsForNothing) {
  MediaRouteBench bench(Net::dual);
  const auto address = bench.route().address_of({"TN", "RFC2543", "1234"}, bench.now());
  EXPECT_TRUE(std::holds_alternative<Error>(address));
}

}  // namespace
}  // namespace godwit::ua
