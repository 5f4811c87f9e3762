// SPDX-License-Identifier: Apache-2.0
#include "roam/roam_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/overloaded.h"
#include "support/snapshot_builder.h"

namespace godwit::roam {
namespace {

using namespace std::chrono_literals;
using test::ip;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string name_of(StepStatus status) {
  if (status == StepStatus::started) return "started";
  return status == StepStatus::done ? "done" : "failed";
}

std::string name_of(ChangeOutcome outcome) {
  switch (outcome) {
    case ChangeOutcome::recovered:
      return "recovered";
    case ChangeOutcome::partly:
      return "partly";
    case ChangeOutcome::offline:
      return "offline";
    case ChangeOutcome::superseded:
      return "superseded";
  }
  return "";
}

std::string text_of(const RoamRunner::Action& action) {
  const auto of_event =
      overloaded{[](const NetworkChangeStarted& e) {
                   std::string text = "change " + std::to_string(e.change.value) + " started";
                   for (const auto& reason : e.reasons) text += ": " + reason;
                   return text;
                 },
                 [](const NetworkChangeStep& e) {
                   return "change " + std::to_string(e.change.value) + ' ' + e.kind + ' ' +
                          e.subject + ' ' + name_of(e.status);
                 },
                 [](const NetworkChangeFinished& e) {
                   return "change " + std::to_string(e.change.value) + " finished " +
                          name_of(e.outcome) + ' ' + std::to_string(e.took / 1ms) + " ms";
                 },
                 [](const auto&) { return std::string("another event"); }};
  return std::visit(
      overloaded{[](const RoamRunner::Perform& perform) {
                   return "perform " + std::to_string(perform.generation) + ' ' +
                          std::string(kind_of(perform.step)) + ' ' + subject_of(perform.step);
                 },
                 [&](const RoamRunner::Tell& tell) { return std::visit(of_event, tell.event); }},
      action);
}

Judgement move_to(const char* source) {
  return {Verdict::move_now, ip(source), ip("10.9.0.2"), false, "because"};
}
Step refresh(std::uint64_t call, const char* source) {
  RefreshTarget step{.call = CallId{call}};
  step.signalling = step.media = move_to(source);
  return step;
}
Step registers(std::uint64_t account, const char* source) {
  return Register{AccountId{account}, move_to(source)};
}

class RoamRunnerTest : public ::testing::Test {
 protected:
  using Texts = std::vector<std::string>;
  static Texts texts(const RoamRunner::Actions& actions) {
    Texts out;
    for (const auto& action : actions) out.push_back(text_of(action));
    return out;
  }
  static TimePoint at(Duration after) { return TimePoint{} + 1h + after; }

  Texts start(std::vector<Step> steps, std::uint64_t generation, Duration when = 0ms) {
    return texts(runner_.start(RoamPlan{std::move(steps), Urgency::urgent},
                               Delta{{DeltaKind::address_lost, "wifi0", "10.1.0.2"}}, generation,
                               at(when), at(when)));
  }
  Texts ended(std::uint64_t generation, const char* subject, StepStatus status,
              Duration when = 0ms) {
    return texts(runner_.on_step_ended(generation, subject, status, "detail", at(when)));
  }

  RoamRunner runner_;
};

TEST_F(RoamRunnerTest, PerformsTheStepsInOrderAndTellsEach) {
  EXPECT_THAT(
      start({refresh(3, "10.2.0.2"), registers(1, "10.2.0.2")}, 7),
      ElementsAre("change 1 started: address_lost wifi0 10.1.0.2",
                  "change 1 refresh_target call 3 started", "perform 7 refresh_target call 3",
                  "change 1 register account 1 started", "perform 7 register account 1"));
  EXPECT_TRUE(runner_.active());
  EXPECT_EQ(runner_.change(), ChangeId{1});
  EXPECT_EQ(runner_.generation(), 7U);
}

TEST_F(RoamRunnerTest, FinishesAsRecoveredWhenTheLastStepIsDone) {
  (void)start({refresh(3, "10.2.0.2"), registers(1, "10.2.0.2")}, 7);
  EXPECT_THAT(ended(7, "account 1", StepStatus::done, 60ms),
              ElementsAre("change 1 register account 1 done"));
  EXPECT_THAT(
      ended(7, "call 3", StepStatus::done, 110ms),
      ElementsAre("change 1 refresh_target call 3 done", "change 1 finished recovered 110 ms"));
  EXPECT_FALSE(runner_.active());
  EXPECT_EQ(runner_.change(), ChangeId{});
}

TEST_F(RoamRunnerTest, FinishesPartlyWhenOneStepFailed) {
  (void)start({refresh(3, "10.2.0.2"), registers(1, "10.2.0.2")}, 7);
  (void)ended(7, "account 1", StepStatus::failed);
  EXPECT_THAT(
      ended(7, "call 3", StepStatus::done, 110ms),
      ElementsAre("change 1 refresh_target call 3 done", "change 1 finished partly 110 ms"));
}

TEST_F(RoamRunnerTest, FinishesOfflineWhenEverythingWasParkedAtTheGapLimit) {
  (void)start({ParkCall{CallId{3}}, ParkAccount{AccountId{1}}}, 7);
  (void)ended(7, "call 3", StepStatus::failed, 60s);
  EXPECT_THAT(ended(7, "account 1", StepStatus::failed, 60s),
              ElementsAre("change 1 park account 1 failed", "change 1 finished offline 60000 ms"));
}

TEST_F(RoamRunnerTest, HasNothingToDoForAPlanWithoutSteps) {
  EXPECT_THAT(start({}, 1), IsEmpty());
  EXPECT_FALSE(runner_.active());
  EXPECT_THAT(start({registers(1, "10.2.0.2")}, 2).front(),
              "change 1 started: address_lost wifi0 10.1.0.2");
}

TEST_F(RoamRunnerTest, NewerPlanReplacesAStepThatHasNotEnded) {
  (void)start({refresh(3, "10.2.0.2")}, 7);
  EXPECT_THAT(
      start({refresh(3, "10.1.0.2")}, 8, 500ms),
      ElementsAre("change 1 finished superseded 500 ms",
                  "change 2 started: address_lost wifi0 10.1.0.2",
                  "change 2 refresh_target call 3 started", "perform 8 refresh_target call 3"));
  EXPECT_THAT(ended(7, "call 3", StepStatus::done), IsEmpty()) << "an older generation";
  EXPECT_THAT(
      ended(8, "call 3", StepStatus::done, 600ms),
      ElementsAre("change 2 refresh_target call 3 done", "change 2 finished recovered 100 ms"));
}

TEST_F(RoamRunnerTest, OlderChangeOfWhichSomethingEndedIsNotSuperseded) {
  (void)start({refresh(3, "10.2.0.2"), registers(1, "10.2.0.2")}, 7);
  (void)ended(7, "account 1", StepStatus::done);
  EXPECT_THAT(start({refresh(3, "10.1.0.2"), registers(1, "10.1.0.2")}, 8).front(),
              "change 1 finished partly 0 ms");
}

TEST_F(RoamRunnerTest, StepThatAlreadyGoesThereRunsOn) {
  (void)start({refresh(3, "10.2.0.2"), registers(1, "10.2.0.2")}, 7);
  EXPECT_THAT(start({refresh(3, "10.2.0.2"), registers(1, "10.2.0.2")}, 8), IsEmpty());
  EXPECT_THAT(ended(7, "call 3", StepStatus::done),
              ElementsAre("change 1 refresh_target call 3 done"));
}

TEST_F(RoamRunnerTest, StepThatTheNewerPlanDoesNotTouchRunsOnInTheNewerChange) {
  (void)start({refresh(3, "10.2.0.2"), registers(1, "10.2.0.2")}, 7);
  EXPECT_THAT(start({registers(1, "10.1.0.2")}, 8),
              ElementsAre("change 1 finished superseded 0 ms",
                          "change 2 started: address_lost wifi0 10.1.0.2",
                          "change 2 register account 1 started", "perform 8 register account 1"));
  EXPECT_THAT(ended(7, "call 3", StepStatus::done),
              ElementsAre("change 2 refresh_target call 3 done"));
  EXPECT_THAT(ended(8, "account 1", StepStatus::done),
              ElementsAre("change 2 register account 1 done", "change 2 finished recovered 0 ms"));
}

TEST_F(RoamRunnerTest, StillParkedIsNoNewChange) {
  (void)start({ParkCall{CallId{3}}, ParkAccount{AccountId{1}}}, 7);
  EXPECT_THAT(start({ParkCall{CallId{3}}, ParkAccount{AccountId{1}}}, 8), IsEmpty());
  EXPECT_EQ(runner_.change(), ChangeId{1});
}

TEST_F(RoamRunnerTest, ParkedSubjectThatANewerPlanLeavesAloneIsReachableAgain) {
  (void)start({ParkCall{CallId{3}}, ParkAccount{AccountId{1}}}, 7);
  EXPECT_THAT(start({}, 8, 2s),
              ElementsAre("change 1 park call 3 done", "change 1 park account 1 done",
                          "change 1 finished recovered 2000 ms"));
}

TEST_F(RoamRunnerTest, ParkedSubjectsMoveWithTheNewerPlan) {
  (void)start({ParkCall{CallId{3}}, ParkAccount{AccountId{1}}}, 7);
  EXPECT_THAT(
      start({refresh(3, "10.2.0.2"), registers(1, "10.2.0.2")}, 8, 1s),
      ElementsAre("change 1 finished superseded 1000 ms",
                  "change 2 started: address_lost wifi0 10.1.0.2",
                  "change 2 refresh_target call 3 started", "perform 8 refresh_target call 3",
                  "change 2 register account 1 started", "perform 8 register account 1"));
}

TEST_F(RoamRunnerTest, FlapSupersedesWhatWasParked) {
  (void)start({ParkCall{CallId{3}}, ParkAccount{AccountId{1}}}, 7);
  EXPECT_THAT(start({Probe{AccountId{1}}}, 8, 2s),
              ElementsAre("change 1 park call 3 done", "change 1 finished superseded 2000 ms",
                          "change 2 started: address_lost wifi0 10.1.0.2",
                          "change 2 probe account 1 started", "perform 8 probe account 1"));
}

TEST_F(RoamRunnerTest, EachProbeThatIsAskedForIsPerformed) {
  (void)start({Probe{AccountId{1}}}, 7);
  EXPECT_THAT(start({Probe{AccountId{1}}}, 8).back(), "perform 8 probe account 1");
}

TEST_F(RoamRunnerTest, SubjectThatIsGoneCountsAsDone) {
  (void)start({refresh(3, "10.2.0.2"), registers(1, "10.2.0.2")}, 7);
  (void)ended(7, "account 1", StepStatus::done);
  EXPECT_THAT(
      texts(runner_.on_subject_gone("call 3", at(1s))),
      ElementsAre("change 1 refresh_target call 3 done", "change 1 finished recovered 1000 ms"));
  EXPECT_THAT(texts(runner_.on_subject_gone("call 3", at(2s))), IsEmpty());
}

TEST_F(RoamRunnerTest, OutcomeOfAnUnknownSubjectIsIgnored) {
  EXPECT_THAT(ended(7, "call 3", StepStatus::done), IsEmpty());
  (void)start({refresh(3, "10.2.0.2")}, 7);
  EXPECT_THAT(ended(7, "call 4", StepStatus::done), IsEmpty());
  EXPECT_THAT(ended(7, "call 3", StepStatus::started), IsEmpty()) << "not an end";
  EXPECT_TRUE(runner_.active());
}

}  // namespace
}  // namespace godwit::roam
