// SPDX-License-Identifier: Apache-2.0
#include "ua/request_out.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/engine_bench.h"

namespace godwit::ua {
namespace {

using test::EngineBench;
using namespace std::chrono_literals;

// What a request does is seen through an engine that has one to send.
class RequestOutTest : public ::testing::Test {
 protected:
  RequestOutTest() {
    account_ = *bench_.engine.add_account({.address_of_record = "sip:alice@core.test"}, bench_.now);
    bench_.names["core.test"] = {*net::IpAddress::parse("10.9.0.1"),
                                 *net::IpAddress::parse("10.9.0.2")};
    bench_.route("10.9.0.2", "10.1.0.2");
  }
  void send(const std::string& text = "hello") {
    ASSERT_TRUE(bench_.engine.send_message(account_, "bob", {"text/plain", text}, bench_.now));
    bench_.drain();
    bench_.answer(*bench_.next_request("OPTIONS"), 483);  // the probe of which server is there
  }
  EngineBench bench_;
  AccountId account_;
};

TEST_F(RequestOutTest, GoesToTheNextServerAsTheSameRequest) {
  send();
  const auto first = bench_.next_request("MESSAGE");
  ASSERT_TRUE(first);
  bench_.answer(*first, 503);
  const auto second = bench_.next_request("MESSAGE");
  ASSERT_TRUE(second);
  EXPECT_NE(second->to, first->to);
  EXPECT_EQ(second->message.call_id(), first->message.call_id());
  EXPECT_EQ(second->message.cseq(), first->message.cseq());
  EXPECT_NE(second->message.top_via().branch, first->message.top_via().branch);
  bench_.answer(*second, 503);
  EXPECT_EQ(bench_.events_of<MessageAnswered>().back().status, 503);
}

TEST_F(RequestOutTest, SilenceLeadsToTheNextServerToo) {
  send();
  const auto first = bench_.next_request("MESSAGE");
  bench_.advance(33s);
  std::optional<EngineBench::Sent> second;
  while (auto one = bench_.next_sent()) {
    if (one->to == first->to) continue;  // retransmissions
    if (one->message.method() == sip::Method::options) bench_.answer(*one, 483);
    if (one->message.method() == sip::Method::message) second = one;
  }
  ASSERT_TRUE(second);
  EXPECT_EQ(second->message.cseq(), first->message.cseq());
  bench_.answer(*second, 200);
  EXPECT_EQ(bench_.events_of<MessageAnswered>().back().status, 200);
}

TEST_F(RequestOutTest, WhatIsLargeLeavesByAStream) {
  send(std::string(1200, 'x'));
  const auto message = bench_.next_request("MESSAGE");
  ASSERT_TRUE(message);
  EXPECT_THAT(std::string(*message->message.field(sip::Field::via)), ::testing::HasSubstr("/TCP"));
}

}  // namespace
}  // namespace godwit::ua
