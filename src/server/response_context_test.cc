// SPDX-License-Identifier: Apache-2.0
#include "server/response_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::server {
namespace {

using ::testing::ElementsAre;

sip::Message response(int status) {
  return sip::Message::response(status);
}
int forwarded(const ResponseContext::Step& step) {
  return step.forward ? step.forward->status() : 0;
}

TEST(ResponseContext, PassesProvisionalResponsesButNot100) {
  ResponseContext context(sip::Method::invite, 2);
  EXPECT_EQ(forwarded(context.on_response(0, response(100))), 0);
  EXPECT_EQ(forwarded(context.on_response(0, response(180))), 180);
  EXPECT_EQ(forwarded(context.on_response(1, response(183))), 183);
  EXPECT_FALSE(context.is_finished(0));
  EXPECT_EQ(context.final_status(), std::nullopt);
}

TEST(ResponseContext, PassesA2xxAtOnceAndCancelsTheOthers) {
  ResponseContext context(sip::Method::invite, 2);
  const auto step = context.on_response(1, response(200));
  EXPECT_EQ(forwarded(step), 200);
  EXPECT_TRUE(step.cancel_others);
  EXPECT_EQ(context.final_status(), 200);
  EXPECT_FALSE(context.all_finished());
  EXPECT_EQ(forwarded(context.on_response(0, response(180))), 0);
  EXPECT_EQ(forwarded(context.on_response(0, response(487))), 0);
  EXPECT_TRUE(context.all_finished());
}

TEST(ResponseContext, PassesEvery2xxToInviteAndItsCopies) {
  ResponseContext context(sip::Method::invite, 2);
  (void)context.on_response(0, response(200));
  EXPECT_EQ(forwarded(context.on_response(0, response(200))), 200);
  EXPECT_EQ(forwarded(context.on_response(1, response(200))), 200);
}

TEST(ResponseContext, PassesOneFinalResponseToOtherMethods) {
  ResponseContext context(sip::Method::options, 2);
  EXPECT_EQ(forwarded(context.on_response(0, response(180))), 0);
  EXPECT_EQ(forwarded(context.on_response(0, response(200))), 200);
  EXPECT_EQ(forwarded(context.on_response(1, response(200))), 0);
}

TEST(ResponseContext, A6xxCancelsAndWinsWhenAllHaveEnded) {
  ResponseContext context(sip::Method::invite, 3);
  EXPECT_EQ(forwarded(context.on_response(0, response(404))), 0);
  const auto step = context.on_response(1, response(603));
  EXPECT_EQ(forwarded(step), 0);
  EXPECT_TRUE(step.cancel_others);
  EXPECT_EQ(forwarded(context.on_response(2, response(487))), 603);
  EXPECT_EQ(context.final_status(), 603);
}

struct Best {
  int first, second, best;
};
class BestResponseTest : public ::testing::TestWithParam<Best> {};
INSTANTIATE_TEST_SUITE_P(Pairs, BestResponseTest,
                         ::testing::Values(Best{486, 302, 302}, Best{500, 486, 486},
                                           Best{404, 407, 407}, Best{486, 401, 401},
                                           Best{480, 415, 415}, Best{487, 486, 486},
                                           Best{408, 480, 480}, Best{503, 600, 600},
                                           Best{404, 486, 404}));

TEST_P(BestResponseTest, IsChosenWhenAllBranchesHaveEnded) {
  ResponseContext context(sip::Method::invite, 2);
  EXPECT_EQ(forwarded(context.on_response(0, response(GetParam().first))), 0);
  EXPECT_EQ(forwarded(context.on_response(1, response(GetParam().second))), GetParam().best);
}

TEST(ResponseContext, CollectsTheChallengesOfAllBranches) {
  ResponseContext context(sip::Method::invite, 2);
  sip::Message first = response(407);
  first.add(sip::Field::proxy_authenticate, "Digest realm=\"a\", nonce=\"1\"");
  sip::Message second = response(401);
  second.add(sip::Field::www_authenticate, "Digest realm=\"b\", nonce=\"2\"");
  (void)context.on_response(0, first);
  const auto step = context.on_response(1, second);
  ASSERT_TRUE(step.forward);
  EXPECT_EQ(step.forward->status(), 407);
  EXPECT_THAT(step.forward->values(sip::Field::proxy_authenticate),
              ElementsAre("Digest realm=\"a\", nonce=\"1\""));
  EXPECT_THAT(step.forward->values(sip::Field::www_authenticate),
              ElementsAre("Digest realm=\"b\", nonce=\"2\""));
}

}  // namespace
}  // namespace godwit::server
