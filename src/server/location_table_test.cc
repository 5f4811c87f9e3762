// SPDX-License-Identifier: Apache-2.0
#include "server/location_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::server {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Outcome = LocationTable::Outcome;

class LocationTableTest : public ::testing::TestWithParam<net::Family> {
 protected:
  sip::Uri at(std::uint16_t port) const {
    const std::string host = GetParam() == net::Family::v4 ? "10.1.0.2" : "[2001:db8:1::2]";
    return *sip::parse_uri("sip:alice@" + host + ':' + std::to_string(port));
  }
  Outcome put(std::uint32_t cseq, std::vector<BindingChange> changes,
              const std::string& call_id = "c1") {
    return table_.update({"alice", call_id, cseq, std::move(changes)}, now_);
  }
  std::vector<std::uint16_t> ports() const {
    std::vector<std::uint16_t> out;
    for (const Binding& b : table_.bindings("alice", now_)) out.push_back(b.contact.port);
    return out;
  }

  net::Flow flow(std::uint16_t port, net::Transport transport = net::Transport::tcp) const {
    return {net::FlowId{port}, transport, {}, {std::get<net::IpAddress>(at(port).host), port}};
  }
  BindingChange change(const std::string& more, const sip::Parameters& parameters = {}) const {
    return {*sip::parse_uri(to_string(at(40000)) + more), parameters, 60s, std::nullopt};
  }

  LocationTable table_;
  TimePoint now_{1h};
  std::uint32_t cseq_ = 100;
};
INSTANTIATE_TEST_SUITE_P(Families, LocationTableTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& p) { return std::string(to_string(p.param)); });

TEST_P(LocationTableTest, HoldsABindingUntilItExpires) {
  EXPECT_EQ(put(1, {{at(5060), {}, 60s}}), Outcome::done);
  EXPECT_THAT(ports(), ElementsAre(5060));
  now_ += 60s - 1ns;
  EXPECT_THAT(ports(), ElementsAre(5060));
  now_ += 1ns;
  EXPECT_THAT(ports(), IsEmpty());
  EXPECT_FALSE(table_.leads_to_binding(at(5060), now_));
}

TEST_P(LocationTableTest, OneRequestAddsAndRemoves) {
  (void)put(1, {{at(5060), {}, 60s}});
  EXPECT_EQ(put(2, {{at(5070), {}, 60s}, {at(5060), {}, 0s}}), Outcome::done);
  EXPECT_THAT(ports(), ElementsAre(5070));
}

TEST_P(LocationTableTest, LatestComesFirstAndARefreshReplaces) {
  (void)put(1, {{at(5060), {}, 60s}});
  (void)put(2, {{at(5070), {}, 60s}});
  EXPECT_THAT(ports(), ElementsAre(5070, 5060));
  (void)put(3, {{at(5060), {}, 90s}});
  EXPECT_THAT(ports(), ElementsAre(5060, 5070));
}

TEST_P(LocationTableTest, OldCSeqOfTheSameCallIdChangesNothing) {
  (void)put(5, {{at(5060), {}, 60s}});
  EXPECT_EQ(put(5, {{at(5070), {}, 60s}, {at(5060), {}, 0s}}), Outcome::out_of_order);
  EXPECT_EQ(put(4, {{at(5060), {}, 0s}}), Outcome::out_of_order);
  EXPECT_THAT(ports(), ElementsAre(5060));
  EXPECT_EQ(put(1, {{at(5060), {}, 0s}}, "restarted"), Outcome::done);
  EXPECT_THAT(ports(), IsEmpty());
}

TEST_P(LocationTableTest, OneRequestMayNameAContactTwice) {
  EXPECT_EQ(put(1, {{at(5060), {}, 60s}, {at(5060), {}, 90s}}), Outcome::done);
  now_ += 70s;
  EXPECT_THAT(ports(), ElementsAre(5060));
}

TEST_P(LocationTableTest, RemovesAllOrNothing) {
  (void)put(1, {{at(5060), {}, 60s}});
  (void)put(2, {{at(5070), {}, 60s}}, "c2");
  EXPECT_EQ(table_.remove_all({"alice", "c2", 2, {}}, now_), Outcome::out_of_order);
  EXPECT_THAT(ports(), ElementsAre(5070, 5060));
  EXPECT_EQ(table_.remove_all({"alice", "c2", 3, {}}, now_), Outcome::done);
  EXPECT_THAT(ports(), IsEmpty());
}

TEST_P(LocationTableTest, LimitsTheBindingsOfAUser) {
  std::vector<BindingChange> many;
  for (std::uint16_t i = 0; i <= kMaxBindingsPerUser; ++i) {
    many.push_back({at(static_cast<std::uint16_t>(6000 + i)), {}, 60s});
  }
  EXPECT_EQ(put(1, many), Outcome::too_many);
  EXPECT_THAT(ports(), IsEmpty());
  many.pop_back();
  EXPECT_EQ(put(1, many), Outcome::done);
}

TEST_P(LocationTableTest, LimitsTheBindingsOfAllUsers) {
  const auto put_for = [&](std::size_t user, Duration expires) {
    return table_.update({"u" + std::to_string(user), "c", ++cseq_, {{at(5060), {}, expires}}},
                         now_);
  };
  for (std::size_t i = 0; i < kMaxBindings; ++i) ASSERT_EQ(put_for(i, 60s), Outcome::done);
  EXPECT_EQ(put_for(kMaxBindings, 60s), Outcome::full);
  EXPECT_EQ(put_for(1, 90s), Outcome::done);
  EXPECT_EQ(put_for(2, 0s), Outcome::done);
  EXPECT_EQ(put_for(kMaxBindings, 90s), Outcome::done);
  EXPECT_EQ(put_for(2, 90s), Outcome::full);
  EXPECT_EQ(table_.remove_all({"u3", "other", 1, {}}, now_), Outcome::done);
  EXPECT_EQ(put_for(2, 90s), Outcome::done);
  now_ += 60s;  // what has expired makes room
  EXPECT_EQ(put_for(4, 60s), Outcome::done);
}

TEST_P(LocationTableTest, WhatAUserHadAndHasExpiredIsCountedOnce) {
  const auto put_for = [&](std::size_t user, std::vector<BindingChange> changes) {
    return table_.update({"u" + std::to_string(user), "c", ++cseq_, std::move(changes)}, now_);
  };
  ASSERT_EQ(put_for(0, {{at(5060), {}, 60s}}), Outcome::done);
  for (std::size_t i = 1; i < kMaxBindings; ++i) {
    ASSERT_EQ(put_for(i, {{at(5060), {}, 90s}}), Outcome::done);
  }
  now_ += 60s;
  EXPECT_EQ(put_for(0, {{at(5061), {}, 60s}, {at(5062), {}, 60s}}), Outcome::full);
  EXPECT_EQ(put_for(0, {{at(5061), {}, 60s}}), Outcome::done);
}

TEST_P(LocationTableTest, KnowsTheHostAndPortOfABindingWhoeverTheUserIs) {
  (void)put(1, {{at(5060), {}, 60s}});
  sip::Uri uri = at(5060);
  uri.user = "other";
  EXPECT_TRUE(table_.leads_to_binding(uri, now_));
  uri.port = 0;
  EXPECT_TRUE(table_.leads_to_binding(uri, now_));
  EXPECT_FALSE(table_.leads_to_binding(at(5061), now_));
}

TEST_P(LocationTableTest, TellsWhichContactsAConnectionReaches) {
  using net::Transport;
  const net::Flow tcp = flow(40000);
  EXPECT_TRUE(is_reached_by(change(";transport=tcp"), tcp));
  EXPECT_TRUE(is_reached_by(change(""), tcp));
  EXPECT_FALSE(is_reached_by(change(";transport=udp"), tcp));
  EXPECT_FALSE(is_reached_by(change(";transport=tls"), tcp));
  EXPECT_FALSE(is_reached_by(change(";transport=tcp"), flow(40000, Transport::udp)));
  EXPECT_TRUE(is_reached_by(change(";transport=tls"), flow(40000, Transport::tls)));
  // Behind a NAT the address is another one; who registers for another machine names no transport.
  BindingChange elsewhere = change("", {{"reg-id", "1"}});
  elsewhere.contact.host = std::string("phone.example.net");
  EXPECT_TRUE(is_reached_by(elsewhere, tcp));
  elsewhere.parameters.clear();
  EXPECT_FALSE(is_reached_by(elsewhere, tcp));
}

TEST_P(LocationTableTest, FindsTheConnectionOfABinding) {
  (void)put(1, {{at(40000), {}, 60s, flow(40000)}, {at(5070), {}, 60s, std::nullopt}});
  EXPECT_EQ(table_.connection_to(at(40000), now_), net::FlowId{40000});
  EXPECT_EQ(table_.connection_to(at(5070), now_), net::FlowId{});
  sip::Uri other = at(40000);
  other.user = "bob";
  EXPECT_EQ(table_.connection_to(other, now_), net::FlowId{});
  EXPECT_TRUE(table_.is_registered_by(net::FlowId{40000}, now_));
  now_ += 60s;
  EXPECT_FALSE(table_.is_registered_by(net::FlowId{40000}, now_));
  EXPECT_EQ(table_.connection_to(at(40000), now_), net::FlowId{});
}

TEST_P(LocationTableTest, KeepsWhatWasBoundByAConnectionThatIsGone) {
  // Nobody listens where a connection begins; at another port of that address somebody may.
  (void)put(1, {{at(40000), {}, 60s, flow(40000)}, {at(5060), {}, 60s, flow(40000)}});
  table_.on_closed(net::FlowId{40000});
  const auto bindings = table_.bindings("alice", now_);
  ASSERT_EQ(bindings.size(), 2U);
  EXPECT_FALSE(bindings[0].lost);
  EXPECT_TRUE(bindings[1].lost);
  EXPECT_FALSE(bindings[1].connection);

  (void)put(2, {{at(40000), {}, 60s, flow(40001)}});
  EXPECT_FALSE(table_.bindings("alice", now_)[0].lost);
  EXPECT_EQ(table_.connection_to(at(40000), now_), net::FlowId{40001});
}

}  // namespace
}  // namespace godwit::server
