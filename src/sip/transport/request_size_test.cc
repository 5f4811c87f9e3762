// SPDX-License-Identifier: Apache-2.0
#include "sip/transport/request_size.h"

#include <gtest/gtest.h>

#include <string>

namespace godwit::sip {
namespace {

constexpr std::size_t kToCome = 400;

Message request_of(std::size_t bytes) {
  auto request = Message::request("INVITE", "sip:bob@example.org");
  const auto size_with = [&request](std::size_t body) {
    request.set_body("text/plain", std::string(body, 'x'));
    return request.write().size();
  };
  // The length has as many digits with the body that is looked for as with this one.
  const auto head = size_with(500) - 500;
  EXPECT_EQ(size_with(bytes - head), bytes);
  return request;
}

// RFC 3261 §18.1.1
TEST(RequestSizeTest, WhatIsTooLargeForADatagramLeavesByAStream) {
  const net::Flow udp;
  EXPECT_FALSE(leaves_by_stream(request_of(kLargestUdpRequest - kToCome), udp));
  EXPECT_TRUE(leaves_by_stream(request_of(kLargestUdpRequest - kToCome + 1), udp));
}

TEST(RequestSizeTest, WhatGoesByAStreamStaysThere) {
  net::Flow flow;
  flow.transport = net::Transport::tls;
  EXPECT_FALSE(leaves_by_stream(request_of(kLargestUdpRequest - kToCome + 1), flow));
}

}  // namespace
}  // namespace godwit::sip
