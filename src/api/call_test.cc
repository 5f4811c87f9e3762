// SPDX-License-Identifier: Apache-2.0
#include "godwit/call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "support/loopback_world.h"

namespace godwit {
namespace {

using namespace std::chrono_literals;

TEST(CallTest, AHandleOfNothingAnswersErrors) {
  UserAgent agent;
  for (Call call : {Call(), agent.call(CallId{77})}) {
    EXPECT_EQ(call.info().error().code, Errc::no_such_call);
    EXPECT_EQ(call.answer().error().code, Errc::no_such_call);
    EXPECT_EQ(call.decline().error().code, Errc::no_such_call);
    EXPECT_EQ(call.hang_up().error().code, Errc::no_such_call);
    EXPECT_EQ(call.quality().error().code, Errc::no_such_call);
    EXPECT_EQ(call.quality_history().error().code, Errc::no_such_call);
    EXPECT_EQ(call.send_dtmf("1").error().code, Errc::no_such_call);
    EXPECT_EQ(call.mute().error().code, Errc::no_such_call);
    EXPECT_EQ(call.unmute().error().code, Errc::no_such_call);
    EXPECT_EQ(call.play({}).error().code, Errc::no_such_call);
    EXPECT_EQ(call.start_recording({.file = "a.wav"}).error().code, Errc::no_such_call);
    EXPECT_EQ(call.stop_recording().error().code, Errc::no_such_call);
    EXPECT_EQ(call.join({}).error().code, Errc::no_such_call);
  }
}

/// Alice and Bob, both registered.
class CallLoopbackTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    alice_account_ = *alice_.agent.add_account(world_.account("alice", "tea"));
    bob_account_ = *bob_.agent.add_account(world_.account("bob", "pot"));
    ASSERT_TRUE(alice_account_.start_registration());
    ASSERT_TRUE(bob_account_.start_registration());
    ASSERT_TRUE(serve_until([&] {
      return alice_.is(RegistrationState::registered) && bob_.is(RegistrationState::registered);
    }));
  }
  bool serve_until(const std::function<bool()>& done) {
    return world_.serve_until({&alice_, &bob_}, done);
  }
  /// Alice's call to Bob and Bob's of it, unanswered.
  void ring() {
    CallOptions options;
    options.play.kind = PlaySource::Kind::tone;
    const auto dialled = alice_account_.dial("bob", options);
    ASSERT_TRUE(dialled) << dialled.error().detail;
    alices_ = *dialled;
    ASSERT_TRUE(serve_until([&] { return bob_.last<IncomingCall>() != nullptr; }));
    bobs_ = bob_.agent.call(bob_.last<IncomingCall>()->call);
  }

  LoopbackWorld world_{GetParam()};
  LoopbackAgent alice_{world_.agent_options()};
  LoopbackAgent bob_{world_.agent_options()};
  Account alice_account_;
  Account bob_account_;
  Call alices_;
  Call bobs_;
};

INSTANTIATE_TEST_SUITE_P(Families, CallLoopbackTest, ::testing::Values("127.0.0.1", "::1"));

TEST_P(CallLoopbackTest, IsHeardAndCountedAndHungUp) {
  ring();
  CallOptions echo;
  echo.play.kind = PlaySource::Kind::echo;
  ASSERT_TRUE(bobs_.answer(echo));
  ASSERT_TRUE(serve_until([&] { return alice_.last<MediaStarted>() != nullptr; }));
  EXPECT_EQ(alices_.info()->state, CallState::up);
  EXPECT_GT(alices_.info()->packets_sent, 0U);
  EXPECT_EQ(alices_.info()->codec, "opus/48000");
  ASSERT_TRUE(alices_.hang_up());
  ASSERT_TRUE(serve_until([&] { return bob_.last<CallEnded>() && alice_.last<CallEnded>(); }));
  EXPECT_EQ(bob_.last<CallEnded>()->who, Who::peer);
  EXPECT_EQ(alice_.last<CallEnded>()->who, Who::local);
  EXPECT_EQ(alices_.info().error().code, Errc::no_such_call);
}

TEST_P(CallLoopbackTest, TellsHowWellItIsHeard) {
  ring();
  CallOptions figures;
  figures.play.kind = PlaySource::Kind::tone;
  figures.quality_interval = 1s;
  ASSERT_TRUE(bobs_.answer(figures));
  ASSERT_TRUE(serve_until([&] { return bob_.last<MediaQuality>() != nullptr; }));
  ASSERT_TRUE(serve_until([&] { return alices_.quality() && alices_.quality()->seconds > 0; }));
  EXPECT_EQ(bob_.last<MediaQuality>()->call, bobs_.id());
  EXPECT_GT(alices_.quality()->mos, 3.5);
  EXPECT_GE(alices_.quality_history()->size(), 1U);
  EXPECT_EQ(alice_.last<MediaQuality>(), nullptr);
}

TEST_P(CallLoopbackTest, IsDeclinedWithTheStatusGiven) {
  ring();
  EXPECT_EQ(bobs_.decline(200).error().code, Errc::invalid_argument);
  ASSERT_TRUE(bobs_.decline(603));
  ASSERT_TRUE(serve_until([&] { return alice_.last<CallEnded>() != nullptr; }));
  EXPECT_EQ(alice_.last<CallEnded>()->status, 603);
  EXPECT_EQ(alice_.last<CallEnded>()->who, Who::peer);
}

TEST_P(CallLoopbackTest, AnswersOnlyOnce) {
  ring();
  ASSERT_TRUE(bobs_.answer());
  EXPECT_EQ(bobs_.answer().error().code, Errc::wrong_state);
  EXPECT_EQ(alices_.answer().error().code, Errc::wrong_state);
}

TEST_P(CallLoopbackTest, CarriesDigits) {
  ring();
  EXPECT_EQ(alices_.send_dtmf("1").error().code, Errc::wrong_state);
  ASSERT_TRUE(bobs_.answer());
  ASSERT_TRUE(serve_until([&] { return alice_.last<CallAnswered>() != nullptr; }));
  EXPECT_EQ(alices_.send_dtmf("1x").error().code, Errc::invalid_argument);
  ASSERT_TRUE(alices_.send_dtmf("#", 60ms));
  ASSERT_TRUE(serve_until([&] { return bob_.last<DtmfReceived>() != nullptr; }));
  EXPECT_EQ(bob_.last<DtmfReceived>()->digit, '#');
}

TEST_P(CallLoopbackTest, RecordsPlaysAndIsMuted) {
  const std::string folder = ::testing::TempDir();
  ring();
  ASSERT_TRUE(bobs_.answer());
  ASSERT_TRUE(serve_until([&] { return alice_.last<CallAnswered>() != nullptr; }));
  const auto refused = alices_.start_recording({.file = "/nonexistent/a.wav"});
  if (!refused && refused.error().code == Errc::unsupported) GTEST_SKIP() << refused.error().detail;
  EXPECT_EQ(refused.error().code, Errc::invalid_argument) << "told at once";
  EXPECT_FALSE(alices_.info()->recording);
  EXPECT_EQ(alices_.play({.kind = PlaySource::Kind::file, .file = "/nonexistent/b.wav"}).error().code,
            Errc::invalid_argument);

  ASSERT_TRUE(alices_.start_recording({.file = folder + "call.wav"}));
  EXPECT_TRUE(alices_.info()->recording);
  ASSERT_TRUE(alices_.mute());
  EXPECT_TRUE(alices_.info()->muted);
  ASSERT_TRUE(alices_.unmute());
  const auto sent = alices_.info()->packets_sent;
  ASSERT_TRUE(serve_until([&] { return alices_.info()->packets_sent > sent + 10; }));
  ASSERT_TRUE(alices_.stop_recording());
  // The recording, played to Bob: a fifth of a second.
  ASSERT_TRUE(alices_.play({.kind = PlaySource::Kind::file, .file = folder + "call.wav"}));
  ASSERT_TRUE(serve_until([&] { return alice_.last<PlaybackEnded>() != nullptr; }));
  EXPECT_EQ(alice_.last<PlaybackEnded>()->call, alices_.id());
}

TEST_P(CallLoopbackTest, JoinsConferences) {
  ring();
  const auto conference = bob_.agent.open_conference();
  EXPECT_EQ(bobs_.join(conference).error().code, Errc::wrong_state);
  ASSERT_TRUE(bobs_.answer());
  ASSERT_TRUE(serve_until([&] { return bob_.last<CallAnswered>() != nullptr; }));
  ASSERT_TRUE(bobs_.join(conference));
  EXPECT_EQ(bobs_.info()->conference, conference);
  EXPECT_EQ(alices_.join(conference).error().code, Errc::invalid_argument) << "another agent's";
  ASSERT_TRUE(bob_.agent.close_conference(conference));
  EXPECT_FALSE(bobs_.info()->conference);
  EXPECT_EQ(bob_.agent.close_conference(conference).error().code, Errc::invalid_argument);
}

}  // namespace
}  // namespace godwit
