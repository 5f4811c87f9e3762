// SPDX-License-Identifier: Apache-2.0
#include "exit_code.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(ExitCodes, TellWhoRefused) {
  EXPECT_EQ(exit_code_for(Who::server, 401), ExitCode::authentication);
  EXPECT_EQ(exit_code_for(Who::server, 407), ExitCode::authentication);
  EXPECT_EQ(exit_code_for(Who::peer, 486), ExitCode::rejected);
  EXPECT_EQ(exit_code_for(Who::timeout, 0), ExitCode::no_answer);
  EXPECT_EQ(exit_code_for(Who::timeout, 408), ExitCode::no_answer);
  EXPECT_EQ(exit_code_for(Who::identity, 0), ExitCode::tls_failure);
  EXPECT_EQ(exit_code_for(Who::network, 0), ExitCode::no_path);
  EXPECT_EQ(exit_code_for(Who::local, 0), ExitCode::other_failure);
}

TEST(ExitCodes, OfErrorsFollowTheirKind) {
  const auto code_of = [](Errc code) {
    return verdict_on(Error{make_error_code(code), ""}, "x").code;
  };
  EXPECT_EQ(code_of(Errc::invalid_argument), ExitCode::usage);
  EXPECT_EQ(code_of(Errc::no_network), ExitCode::no_path);
  EXPECT_EQ(code_of(Errc::name_not_found), ExitCode::no_path);
  EXPECT_EQ(code_of(Errc::unreachable), ExitCode::no_path);
  EXPECT_EQ(code_of(Errc::address_in_use), ExitCode::other_failure);
  EXPECT_EQ(code_of(Errc::authentication_failed), ExitCode::authentication);
  EXPECT_EQ(code_of(Errc::media_failed), ExitCode::media_failure);
  EXPECT_EQ(code_of(Errc::tls_failed), ExitCode::tls_failure);
  EXPECT_EQ(code_of(Errc::certificate_rejected), ExitCode::tls_failure);
}

TEST(Verdicts, SayWhatHappenedAndWhatToTry) {
  RegistrationChanged refused;
  refused.status = 401;
  refused.reason = "Unauthorized";
  const Verdict verdict = verdict_on(refused, "example.org");
  EXPECT_EQ(verdict.sentence, "Not registered at example.org: 401 Unauthorized.");
  EXPECT_THAT(verdict.advice, HasSubstr("--password-file"));

  CallEnded busy;
  busy.who = Who::peer;
  busy.status = 486;
  busy.reason = "Busy Here";
  EXPECT_EQ(verdict_on_unanswered(busy, "bob").sentence, "bob is busy (486 Busy Here).");
}

TEST(Verdicts, OnSoundThatCannotBeAgreedOnAdviseOfCodecsAndProtection) {
  CallEnded ended;
  ended.status = 488;
  for (const Who who : {Who::peer, Who::local}) {
    ended.who = who;
    const std::string advice = verdict_on_unanswered(ended, "bob").advice;
    EXPECT_THAT(advice, HasSubstr("--codecs"));
    EXPECT_THAT(advice, HasSubstr("--media-security"));
  }
}

TEST(Verdicts, OnANameThatIsNotThereAdviseToCheckIt) {
  const Verdict verdict =
      verdict_on(Error{make_error_code(Errc::name_not_found), "nowhere: no such name"}, "No plan");
  EXPECT_EQ(verdict.sentence, "No plan: nowhere: no such name.");
  EXPECT_THAT(verdict.advice, Not(IsEmpty()));
}

TEST(Verdicts, AnyFinalSuccessMakesOptionsASuccess) {
  OptionsAnswered answer;
  answer.status = 200;
  EXPECT_EQ(verdict_on(answer, "x").code, ExitCode::success);
  answer.status = 404;
  EXPECT_EQ(verdict_on(answer, "x").code, ExitCode::rejected);
}

TEST(Verdicts, OnBindingsFollowTheAnswer) {
  BindingsAnswered answer;
  answer.status = 200;
  EXPECT_EQ(verdict_on(answer, "x").code, ExitCode::success);
  answer.status = 403;
  EXPECT_EQ(verdict_on(answer, "x").code, ExitCode::rejected);
  answer.status = 401;
  EXPECT_EQ(verdict_on(answer, "x").code, ExitCode::authentication);
  answer = {};
  answer.who = Who::timeout;
  EXPECT_EQ(verdict_on(answer, "x").code, ExitCode::no_answer);
}

TEST(Verdicts, OfMessagesAndSubscriptionsFollowTheAnswer) {
  MessageAnswered message;
  message.status = 202;
  EXPECT_EQ(verdict_on(message, "bob").code, ExitCode::success);
  message.status = 404;
  EXPECT_EQ(verdict_on(message, "bob").code, ExitCode::rejected);
  EXPECT_THAT(verdict_on(message, "bob").sentence, HasSubstr("bob did not take the message"));
  SubscriptionChanged end;
  end.state = SubscriptionState::terminated;
  end.status = 489;
  EXPECT_EQ(verdict_on(end, "bob").code, ExitCode::rejected);
  end.status = 0;
  EXPECT_EQ(verdict_on(end, "bob").code, ExitCode::no_answer);
  end.reason = "rejected";
  EXPECT_EQ(verdict_on(end, "bob").code, ExitCode::rejected);
  EXPECT_EQ(verdict_on(end, "bob").sentence, "No subscription at bob: rejected.");
  end.reason = "fetched";
  EXPECT_EQ(verdict_on(end, "bob").code, ExitCode::success);
  end.status = 200;
  EXPECT_EQ(verdict_on(end, "bob").code, ExitCode::success);
}

}  // namespace
}  // namespace godwit::cli
