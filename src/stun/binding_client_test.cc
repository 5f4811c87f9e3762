// SPDX-License-Identifier: Apache-2.0
#include "stun/binding_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "support/fake_clock.h"

namespace godwit::stun {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using Action = BindingClient::Action;

class BindingClientTest : public ::testing::TestWithParam<net::Family> {
 protected:
  net::SocketAddress address(int host) const {
    const bool v4 = GetParam() == net::Family::v4;
    const auto text = (v4 ? "192.0.2." : "2001:db8::") + std::to_string(host);
    return {*net::IpAddress::parse(text), 5060};
  }
  Message request() const { return parse_message(client_.request()).value(); }
  Message answer() const { return answer_binding(request(), address(1)).value(); }

  SeededRandom random_{8489};
  FakeClock clock_;
  TimePoint start_ = clock_.now();
  BindingClient client_{address(2), random_, clock_.now()};
};

TEST_P(BindingClientTest, TheRequestIsABindingWithFingerprintAndItsOwnId) {
  EXPECT_EQ(request().kind, Class::request);
  EXPECT_EQ(request().method, kBinding);
  EXPECT_TRUE(request().fingerprint);
  EXPECT_EQ(client_.server(), address(2));
  const BindingClient another(address(2), random_, clock_.now());
  EXPECT_NE(client_.request(), another.request());
}

// RFC 8489 §6.2.1: with an RTO of 500 ms at 0, 500, 1500, 3500, 7500, 15500 and 31500 ms, and the
// end at 39500 ms.
TEST_P(BindingClientTest, TheRequestIsSentSevenTimesAndGivenUpAfter39500Ms) {
  std::vector<std::chrono::milliseconds> sent;
  for (auto next = client_.next_deadline(); next; next = client_.next_deadline()) {
    clock_.advance(*next - clock_.now());
    const auto action = client_.on_timeout(clock_.now());
    const auto at = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - start_);
    if (action == Action::send_request) sent.push_back(at);
  }
  EXPECT_EQ(clock_.now() - start_, 39'500ms);
  EXPECT_THAT(sent, ElementsAre(500ms, 1'500ms, 3'500ms, 7'500ms, 15'500ms, 31'500ms));
  EXPECT_EQ(client_.state(), BindingClient::State::timed_out);
  EXPECT_EQ(client_.on_message(answer(), address(2)), std::nullopt);
}

TEST_P(BindingClientTest, TheAnswerTellsHowTheServerSeesUs) {
  EXPECT_EQ(client_.on_message(answer(), address(2)), (BindingClient::Answer{address(1), 0}));
  EXPECT_EQ(client_.state(), BindingClient::State::answered);
  EXPECT_EQ(client_.next_deadline(), std::nullopt);
  EXPECT_EQ(client_.on_message(answer(), address(2)), std::nullopt);  // once
  EXPECT_EQ(client_.on_timeout(clock_.advance(1h)), std::nullopt);
}

TEST_P(BindingClientTest, AnErrorIsASignOfLifeToo) {
  Message refusal = answer();
  refusal.kind = Class::failure;
  refusal.mapped.reset();
  refusal.error = ErrorCode{401, "Unauthenticated"};
  EXPECT_EQ(client_.on_message(refusal, address(2)), (BindingClient::Answer{std::nullopt, 401}));
}

TEST_P(BindingClientTest, AnErrorWithoutItsCodeCountsAs500) {
  Message refusal = answer();
  refusal.kind = Class::failure;
  EXPECT_EQ(client_.on_message(refusal, address(2)), (BindingClient::Answer{std::nullopt, 500}));
}

// RFC 8489 §6.3.3
TEST_P(BindingClientTest, AnAddressAmongWhatIsNotUnderstoodIsNotUsed) {
  Message strange = answer();
  strange.not_understood = {0x7777};
  EXPECT_EQ(client_.on_message(strange, address(2)), (BindingClient::Answer{std::nullopt, 0}));
}

TEST_P(BindingClientTest, WhatIsNotTheAnswerIsPassedOver) {
  Message other_id = answer();
  other_id.id[11] ^= 1U;
  EXPECT_EQ(client_.on_message(other_id, address(2)), std::nullopt);
  EXPECT_EQ(client_.on_message(answer(), address(3)), std::nullopt);
  net::SocketAddress other_port = address(2);
  other_port.port = 5062;
  EXPECT_EQ(client_.on_message(answer(), other_port), std::nullopt);
  EXPECT_EQ(client_.on_message(request(), address(2)), std::nullopt);
  Message indication = answer();
  indication.kind = Class::indication;
  EXPECT_EQ(client_.on_message(indication, address(2)), std::nullopt);
  Message other_method = answer();
  other_method.method = 3;
  EXPECT_EQ(client_.on_message(other_method, address(2)), std::nullopt);
  EXPECT_EQ(client_.state(), BindingClient::State::waiting);
}

TEST_P(BindingClientTest, AStaleWakeUpIsHarmless) {
  EXPECT_EQ(client_.on_timeout(start_ + 499ms), std::nullopt);
  EXPECT_EQ(client_.next_deadline(), start_ + 500ms);
}

INSTANTIATE_TEST_SUITE_P(BothFamilies, BindingClientTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& tested) { return std::string(to_string(tested.param)); });

}  // namespace
}  // namespace godwit::stun
