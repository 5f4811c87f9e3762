// SPDX-License-Identifier: Apache-2.0
#include "ua/redirection.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "base/limits.h"

namespace godwit::ua {
namespace {

sip::Uri uri(std::string_view text) {
  return *sip::parse_uri(text);
}

sip::Message redirect(int status, std::initializer_list<std::string_view> contacts) {
  auto response = sip::Message::response(status);
  for (const auto contact : contacts) response.add(sip::Field::contact, contact);
  return response;
}

std::string text(const std::optional<Redirection::Target>& target) {
  return target ? sip::to_string(target->uri) : "none";
}

class RedirectionTest : public ::testing::Test {
 protected:
  const sip::Uri bob_ = uri("sip:bob@example.org");
  Redirection redirection_{5};
};

TEST_F(RedirectionTest, HandsOutTheContactsByPreference) {
  const auto first = redirection_.on_redirect(
      redirect(300, {"<sip:low@example.org>;q=0.1", "<sip:high@example.org>;q=0.9",
                     "<sip:best@example.org>", "<sip:same@example.org>;q=0.9"}),
      bob_);
  EXPECT_EQ(text(first), "sip:best@example.org") << "no preference is the highest";
  EXPECT_EQ(first->status, 300);
  EXPECT_EQ(text(redirection_.next()), "sip:high@example.org");
  EXPECT_EQ(text(redirection_.next()), "sip:same@example.org");
  EXPECT_EQ(text(redirection_.next()), "sip:low@example.org");
  EXPECT_EQ(text(redirection_.next()), "none");
}

TEST_F(RedirectionTest, NeverCallsTheSameTwice) {
  EXPECT_EQ(text(redirection_.on_redirect(redirect(302, {"<sip:bob@EXAMPLE.org>"}), bob_)), "none");
  EXPECT_EQ(text(redirection_.on_redirect(redirect(302, {"<sip:carol@example.org>"}), bob_)),
            "sip:carol@example.org");
  const auto carol = uri("sip:carol@example.org");
  EXPECT_EQ(text(redirection_.on_redirect(
                redirect(302, {"<sip:bob@example.org>", "<sip:carol@example.org>"}), carol)),
            "none")
      << "a circle";
}

TEST_F(RedirectionTest, WhatTheNewestAnswerNamesComesFirst) {
  EXPECT_EQ(text(redirection_.on_redirect(
                redirect(300, {"<sip:a@example.org>", "<sip:b@example.org>"}), bob_)),
            "sip:a@example.org");
  EXPECT_EQ(text(redirection_.on_redirect(redirect(302, {"<sip:c@example.org>"}),
                                          uri("sip:a@example.org"))),
            "sip:c@example.org");
  EXPECT_EQ(text(redirection_.next()), "sip:b@example.org");
}

TEST_F(RedirectionTest, FollowsSoManyAnswersAndNoMore) {
  Redirection two(2);
  EXPECT_EQ(text(two.on_redirect(redirect(302, {"<sip:a@x.org>"}), bob_)), "sip:a@x.org");
  EXPECT_EQ(text(two.on_redirect(redirect(302, {"<sip:b@x.org>"}), uri("sip:a@x.org"))),
            "sip:b@x.org");
  EXPECT_EQ(text(two.on_redirect(redirect(302, {"<sip:c@x.org>"}), uri("sip:b@x.org"))), "none");
  Redirection never(0);
  EXPECT_EQ(text(never.on_redirect(redirect(302, {"<sip:a@x.org>"}), bob_)), "none");
}

TEST_F(RedirectionTest, LeavesOutWhatCannotBeCalled) {
  EXPECT_EQ(text(redirection_.on_redirect(
                redirect(302, {"<mailto:bob@example.org>", "<tel:+4930123>", "not a contact <",
                               "<sip:gone@example.org>;expires=0"}),
                bob_)),
            "none");
}

TEST_F(RedirectionTest, TakesNothingOverButTheAddress) {
  EXPECT_EQ(text(redirection_.on_redirect(
                redirect(302, {"<sip:c:secret@x.org;method=REGISTER;transport=tcp?Subject=a>"}),
                bob_)),
            "sip:c@x.org;transport=tcp");
}

TEST_F(RedirectionTest, UseProxyKeepsTheAddressAndNamesTheWay) {
  const auto by = redirection_.on_redirect(redirect(305, {"<sip:proxy.example.org;lr>"}), bob_);
  ASSERT_TRUE(by);
  EXPECT_EQ(text(by), "sip:bob@example.org");
  ASSERT_TRUE(by->proxy);
  EXPECT_EQ(sip::to_string(*by->proxy), "sip:proxy.example.org;lr");
  EXPECT_EQ(text(redirection_.on_redirect(redirect(305, {"<sip:proxy.example.org;lr>"}), bob_)),
            "none")
      << "the same proxy again";
}

TEST_F(RedirectionTest, TargetsHaveALimit) {
  auto response = sip::Message::response(300);
  for (std::size_t i = 0; i < 10 * limits::kRedirectTargets; ++i) {
    response.add(sip::Field::contact, "<sip:u" + std::to_string(i) + "@example.org>");
  }
  std::size_t handed_out = 0;
  for (auto target = redirection_.on_redirect(response, bob_); target; target = redirection_.next()) {
    ++handed_out;
  }
  EXPECT_EQ(handed_out, limits::kRedirectTargets);
}

}  // namespace
}  // namespace godwit::ua
