// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "base/limits.h"
#include "support/sim_world.h"

namespace godwit::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A stranger with a socket of its own who throws requests at Alice, who is in a call with Bob.
class RefusedRequestsTest : public ::testing::TestWithParam<const char*> {
 protected:
  RefusedRequestsTest() : stranger_(world_.network.add_host("stranger")) {
    stranger_.add_interface("eth0", {.delay = 5ms});
    stranger_.attach("eth0", {"10.7.0.2", "2001:db8:7::2"});
  }
  void SetUp() override {
    ASSERT_TRUE(world_.register_both());
    ASSERT_TRUE(world_.call_bob());
    const auto source = net::IpAddress::parse(is_v4() ? "10.7.0.2" : "2001:db8:7::2");
    const auto socket = stranger_.bind({*source, 5060}, [this](const FakePacket& packet) {
      answers_.push_back(sip::read_message(packet.bytes).message);
    });
    ASSERT_TRUE(socket);
    socket_ = *socket;
    const auto calls = world_.alice.engine().calls();
    const auto info =
        world_.alice.run([&](ua::Engine& engine, TimePoint) { return engine.call_info(calls[0]); });
    alice_ = *net::SocketAddress::parse(info->local_signalling);
  }
  void TearDown() override {
    EXPECT_EQ(world_.faults(), "");
    if (HasFailure()) std::cout << world_.story();
  }

  static WorldOptions options() {
    WorldOptions options;
    options.seed = seed_of_run();
    options.alice_at = {GetParam()};
    return options;
  }
  [[nodiscard]] bool is_v4() const {
    return std::string_view(GetParam()).find(':') == std::string_view::npos;
  }
  [[nodiscard]] sip::Message request(std::string_view method) {
    const auto local = stranger_.local_of(socket_);
    auto request = sip::Message::request(method, "sip:alice@" + net::to_string(alice_));
    request.add(sip::Field::via, "SIP/2.0/UDP " + net::to_string(local) + ";rport;branch=z9hG4bK" +
                                     std::to_string(++branch_));
    request.add(sip::Field::max_forwards, "70");
    request.add(sip::Field::from, "<sip:stranger@example.test>;tag=1");
    request.add(sip::Field::to, "<sip:alice@example.test>");
    request.add(sip::Field::call_id, "stranger-" + std::to_string(branch_));
    request.add(sip::Field::cseq, "1 " + std::string(method));
    request.add(sip::Field::contact, "<sip:stranger@" + net::to_string(local) + '>');
    return request;
  }
  /// What comes back within a second, an INVITE's refusal acknowledged by nobody.
  std::vector<int> throw_at_alice(const std::string& bytes) {
    answers_.clear();
    const auto sent = stranger_.send(socket_, stranger_.local_of(socket_).address, alice_, bytes);
    EXPECT_TRUE(sent);
    world_.run_for(200ms);
    std::vector<int> statuses;
    for (const auto& answer : answers_) statuses.push_back(answer.status());
    return statuses;
  }

  SimWorld world_{options()};
  FakeHost& stranger_;
  FakeHost::SocketId socket_ = 0;
  net::SocketAddress alice_;
  std::vector<sip::Message> answers_;
  int branch_ = 0;
};

TEST_P(RefusedRequestsTest, AreAnsweredInTheMiddleOfACallWhichGoesOn) {
  const auto start = world_.now();

  auto wrong = request("INVITE");
  wrong.set(sip::Field::cseq, "1 BYE");
  EXPECT_THAT(throw_at_alice(wrong.write()), ElementsAre(400));
  auto open = request("OPTIONS");
  open.set(sip::Field::to, "\"Alice <sip:alice@example.test>");
  EXPECT_THAT(throw_at_alice(open.write()), ElementsAre(400));
  const std::string good = request("OPTIONS").write();
  EXPECT_THAT(throw_at_alice("OPTIONS sip:alice SIP/9.1" + good.substr(good.find('\r'))),
              ElementsAre(505));
  EXPECT_THAT(throw_at_alice("\x01\x02 nonsense\r\n\r\n"), IsEmpty());

  EXPECT_THAT(throw_at_alice(request("OPTIONS").write()), ElementsAre(200));
  EXPECT_THAT(throw_at_alice(request("PUBLISH").write()), ElementsAre(405));
  EXPECT_THAT(throw_at_alice(request("WHISTLE").write()), ElementsAre(501));
  EXPECT_THAT(throw_at_alice(request("BYE").write()), ElementsAre(481));
  auto wants = request("OPTIONS");
  wants.add(sip::Field::require, "nothing-known");
  EXPECT_THAT(throw_at_alice(wants.write()), ElementsAre(420));
  auto text = request("OPTIONS");
  text.set_body("text/plain", "hello");
  EXPECT_THAT(throw_at_alice(text.write()), ElementsAre(415));

  EXPECT_GE(world_.alice.ear().heard(kBobTone, start), 90U);
  EXPECT_GE(world_.bob.ear().heard(kAliceTone, start), 90U);
  EXPECT_THAT(world_.alice.all<IncomingCall>(), IsEmpty());
  EXPECT_THAT(world_.alice.all<CallEnded>(), IsEmpty());
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

TEST_P(RefusedRequestsTest, AFloodOfThemIsAnsweredAtABoundedRate) {
  auto wrong = request("OPTIONS");
  wrong.set(sip::Field::cseq, "1 BYE");
  const std::string bytes = wrong.write();
  std::size_t out = 0;
  answers_.clear();
  constexpr int kThrown = 1000;
  for (int i = 0; i < kThrown; ++i) {
    ASSERT_TRUE(stranger_.send(socket_, stranger_.local_of(socket_).address, alice_, bytes));
  }
  world_.run_for(1s);
  for (const auto& answer : answers_) out += answer.write().size();
  EXPECT_THAT(answers_, SizeIs(limits::kMalformedAnswersPerSecond));
  EXPECT_LE(out, limits::kMalformedAnswerGrowth * kThrown * bytes.size());
  EXPECT_EQ(world_.unrest_at_the_end(), "");
}

INSTANTIATE_TEST_SUITE_P(Families, RefusedRequestsTest,
                         ::testing::Values("10.1.0.2", "2001:db8:1::2"),
                         [](const auto& row) { return row.index == 0 ? "v4" : "v6"; });

}  // namespace
}  // namespace godwit::test
