// SPDX-License-Identifier: Apache-2.0
#include "sip/transaction/outgoing_head.h"

#include <gtest/gtest.h>

#include "sip/message/compact_form.h"
#include "sip/transport/request_size.h"
#include "support/transaction_bench.h"

namespace godwit::sip {
namespace {

class OutgoingHeadTest : public ::testing::TestWithParam<net::Family> {
 protected:
  test::TransactionBench bench_{GetParam()};
  SeededRandom random_{3};
};

TEST_P(OutgoingHeadTest, TheViaNamesTheFlowAndAsksForRport) {
  Message request = test::TransactionBench::request("OPTIONS");
  complete_head(request, bench_.flow(), random_);
  const Via via = request.top_via();
  EXPECT_EQ(via.transport, "UDP");
  EXPECT_EQ(via.host, Host(bench_.address(1)));
  EXPECT_EQ(via.port, 5060);
  EXPECT_EQ(via.rport, 0);
  EXPECT_EQ(via.branch.size(), kBranchCookie.size() + 24);
}

TEST_P(OutgoingHeadTest, TheViaNamesWhatTheFlowAdvertises) {
  Message request = test::TransactionBench::request("OPTIONS");
  net::Flow flow = bench_.stream();
  flow.advertised = net::SocketAddress{bench_.address(9), 5099};
  complete_head(request, flow, random_);
  EXPECT_EQ(request.top_via().transport, "TCP");
  EXPECT_EQ(request.top_via().host, Host(bench_.address(9)));
  EXPECT_EQ(request.top_via().port, 5099);
}

TEST_P(OutgoingHeadTest, EachRequestHasItsOwnBranch) {
  Message first = test::TransactionBench::request("OPTIONS");
  Message second = first;
  complete_head(first, bench_.flow(), random_);
  complete_head(second, bench_.flow(), random_);
  EXPECT_NE(first.top_via().branch, second.top_via().branch);
}

TEST_P(OutgoingHeadTest, MaxForwardsIsAddedWhenMissingOnly) {
  Message request = test::TransactionBench::request("OPTIONS");
  complete_head(request, bench_.flow(), random_);
  EXPECT_EQ(request.field(Field::max_forwards), "70");

  Message passed_on = test::TransactionBench::request("OPTIONS");
  passed_on.add(Field::max_forwards, "12");
  passed_on.add(Field::via, "SIP/2.0/UDP far.example;branch=z9hG4bKfar");
  complete_head(passed_on, bench_.flow(), random_);
  EXPECT_EQ(passed_on.field(Field::max_forwards), "12");
  EXPECT_EQ(passed_on.values(Field::via).back(), "SIP/2.0/UDP far.example;branch=z9hG4bKfar");
}

// RFC 3261 §18.1.1: as it leaves, Via and all, by short names if need be.
TEST_P(OutgoingHeadTest, WhatIsTooLargeForADatagramLeavesByAStream) {
  const auto with_body = [](std::size_t bytes) {
    Message request = test::TransactionBench::request("OPTIONS");
    request.set_body("text/plain", std::string(bytes, 'x'));
    return request;
  };
  Message complete = with_body(1'000);
  complete_head(complete, bench_.flow(), random_);
  const auto room = 1'000 + kLargestUdpRequest - write_compact(complete).size();
  EXPECT_FALSE(leaves_by_stream(with_body(room), bench_.flow()));
  EXPECT_TRUE(leaves_by_stream(with_body(room + 1), bench_.flow()));
  EXPECT_FALSE(leaves_by_stream(with_body(room + 1), bench_.stream())) << "it is there already";
}

INSTANTIATE_TEST_SUITE_P(BothFamilies, OutgoingHeadTest,
                         ::testing::Values(net::Family::v4, net::Family::v6), test::family_name);

}  // namespace
}  // namespace godwit::sip
