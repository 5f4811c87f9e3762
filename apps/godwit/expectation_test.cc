// SPDX-License-Identifier: Apache-2.0
#include "expectation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace godwit::cli {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const Verdict kBusy{ExitCode::rejected, "bob is busy.", ""};

Json answered() {
  return to_json(Event(CallAnswered{CallId{1}, "sip:bob@example.org", "PCMU/8000", "", ""}), {});
}

Json ended(int status) {
  CallEnded event;
  event.status = status;
  return to_json(Event(event), {});
}

Expectations expecting(const std::vector<std::string>& texts) {
  auto parsed = Expectations::parse(texts);
  EXPECT_TRUE(parsed.has_value()) << (parsed ? "" : parsed.error().detail);
  return parsed ? *parsed : Expectations();
}

std::string refusal_of(const std::string& text) {
  const auto parsed = Expectations::parse({text});
  return parsed ? "" : parsed.error().detail;
}

TEST(ExpectationTest, ReadsTimes) {
  EXPECT_EQ(parse_span("5s"), Duration(5s));
  EXPECT_EQ(parse_span("300ms"), Duration(300ms));
  EXPECT_EQ(parse_span("1.5"), Duration(1500ms));
  EXPECT_EQ(parse_span("2min"), Duration(2min));
  for (const char* wrong : {"", "s", "-1s", "5parsecs", "1e99s", "nan"}) {
    EXPECT_FALSE(parse_span(wrong).has_value()) << wrong;
  }
}

TEST(ExpectationTest, IsMetByAnEventInTime) {
  auto soon = expecting({"call.answered within 5s"});
  soon.on_event(answered(), 4s);
  soon.judge({}, 6s);
  EXPECT_EQ(soon.verdict({}).code, ExitCode::success);
  EXPECT_THAT(soon.to_text(), HasSubstr("yes  call.answered within 5s (after 4.00 s)"));

  auto late = expecting({"call.answered within 5s"});
  late.on_event(answered(), 6s);
  late.judge({}, 6s);
  EXPECT_EQ(late.verdict({}).code, ExitCode::media_failure);
  EXPECT_THAT(late.verdict({}).sentence, HasSubstr("Not as expected: call.answered within 5s."));
}

TEST(ExpectationTest, IsMissedWhenNothingCame) {
  auto expectations = expecting({"call.dtmf digit=5", "call.media"});
  expectations.judge({}, 1s);
  EXPECT_THAT(expectations.verdict({}).sentence, HasSubstr("call.dtmf digit=5, and 1 more"));
}

TEST(ExpectationTest, NotIsMissedByTheEvent) {
  auto seen = expecting({"not call.answered"});
  seen.on_event(answered(), 1s);
  seen.judge({}, 2s);
  EXPECT_EQ(seen.verdict({}).code, ExitCode::media_failure);
  auto unseen = expecting({"not call.answered"});
  unseen.judge({}, 2s);
  EXPECT_EQ(unseen.verdict({}).code, ExitCode::success);
}

TEST(ExpectationTest, NotWithinHoldsOnlyWhenThatTimeHasPassed) {
  auto brief = expecting({"not call.answered within 5s"});
  brief.judge({}, 2s);
  EXPECT_EQ(brief.verdict({}).code, ExitCode::media_failure);
  auto long_enough = expecting({"not call.answered within 5s"});
  long_enough.on_event(answered(), 6s);
  long_enough.judge({}, 7s);
  EXPECT_EQ(long_enough.verdict({}).code, ExitCode::success);
}

TEST(ExpectationTest, AnExpectedEndIsNoFailure) {
  auto expectations = expecting({"call.ended status=486"});
  expectations.on_event(ended(486), 1s);
  expectations.judge({}, 1s);
  EXPECT_EQ(expectations.verdict(kBusy).code, ExitCode::success);
  EXPECT_EQ(expectations.verdict({ExitCode::interrupted, "", ""}).code, ExitCode::interrupted);
}

TEST(ExpectationTest, AnEndThatWasNotExpectedStays) {
  auto expectations = expecting({"not call.answered"});
  expectations.judge({}, 1s);
  EXPECT_EQ(expectations.verdict(kBusy).code, ExitCode::rejected);
}

TEST(ExpectationTest, WhatWasMissedTellsTheOutcomeToo) {
  auto expectations = expecting({"call.answered"});
  expectations.judge({}, 1s);
  EXPECT_EQ(expectations.verdict(kBusy).advice, "bob is busy.");
}

TEST(ExpectationTest, HoldsFiguresAgainstLimits) {
  CallFigures figures;
  figures.answered = 1;
  figures.gap_ms = 250;
  figures.loss = 0.5;
  figures.duration_s = 61;
  auto good = expecting({"gap<=300ms,loss<1%", "gap<0.3s", "duration>=1min", "answered=1"});
  good.judge(figures, 1s);
  EXPECT_EQ(good.verdict({}).code, ExitCode::success) << good.to_text();
  auto bad = expecting({"gap<=200"});
  bad.judge(figures, 1s);
  EXPECT_EQ(bad.verdict({}).code, ExitCode::media_failure);
  EXPECT_THAT(bad.to_text(), HasSubstr("no   gap<=200 (it was 250)"));
}

TEST(ExpectationTest, FiguresOfNoCallAreNotGood) {
  auto expectations = expecting({"loss<=1%"});
  expectations.judge({}, 1s);
  EXPECT_EQ(expectations.verdict({}).code, ExitCode::media_failure);
}

TEST(ExpectationTest, SaysWhatCannotBeRead) {
  EXPECT_THAT(refusal_of("call.anwsered"), HasSubstr("did you mean call.answered?"));
  EXPECT_THAT(refusal_of("call.ended state=1"), HasSubstr("did you mean status?"));
  EXPECT_THAT(refusal_of("call.ended within"), HasSubstr("within"));
  EXPECT_THAT(refusal_of("call.ended within soon"), HasSubstr("soon is no number"));
  EXPECT_THAT(refusal_of("call.ended within 5s now"), HasSubstr("and no more"));
  EXPECT_THAT(refusal_of("loudness>=3"), HasSubstr("no such figure"));
  EXPECT_THAT(refusal_of("gap<=3%"), HasSubstr("gap has no unit %"));
  EXPECT_THAT(refusal_of("loss<="), HasSubstr("no number"));
  EXPECT_THAT(refusal_of(""), HasSubstr("no event is named"));
  EXPECT_THAT(refusal_of("not"), HasSubstr("no event is named"));
}

TEST(ExpectationTest, IsToldAsJson) {
  auto expectations = expecting({"call.answered", "gap<1"});
  expectations.on_event(answered(), 10ms);
  expectations.judge({}, 1s);
  EXPECT_EQ(write(expectations.to_json()),
            R"([{"expected":"call.answered","met":true,"after_ms":10.0},)"
            R"({"expected":"gap<1","met":false,"value":0.0}])");
}

TEST(ExpectationTest, HoldsQualityAgainstWhatWasMeasured) {
  const CallFigures good{.loss = 0.5, .rtt_ms = 60, .mos = 4.2, .answered = 1};
  auto met = expecting({"mos>=3.8,loss<=1%,rtt<0.2s"});
  met.judge(good, 9s);
  EXPECT_EQ(met.verdict({}).code, ExitCode::success);

  auto missed = expecting({"mos>=3.8"});
  missed.judge(CallFigures{.answered = 1}, 9s);  // nobody was heard
  EXPECT_THAT(missed.to_text(), HasSubstr("no   mos>=3.8 (it was 0)"));
}

}  // namespace
}  // namespace godwit::cli
