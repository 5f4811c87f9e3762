// SPDX-License-Identifier: Apache-2.0
#include "sip/transport/request_size.h"

#include <gtest/gtest.h>

#include <string>

#include "sip/message/compact_form.h"

namespace godwit::sip {
namespace {

/// Of so many bytes with its full names.
Message request_of(std::size_t bytes) {
  auto request = Message::request("INVITE", "sip:bob@example.org");
  request.add(Field::via, "SIP/2.0/UDP 10.1.0.2:5060;branch=z9hG4bK1");
  const auto size_with = [&request](std::size_t body) {
    request.set_body("text/plain", std::string(body, 'x'));
    return request.write().size();
  };
  // The length has as many digits with the body that is looked for as with this one.
  const auto head = size_with(1'000) - 1'000;
  EXPECT_EQ(size_with(bytes - head), bytes);
  return request;
}

// RFC 3261 §7.3.3
TEST(RequestSizeTest, ShortNamesAreForWhatFitsIntoADatagramByThemAlone) {
  const net::Flow udp;
  const auto fits = request_of(kLargestUdpRequest);
  EXPECT_EQ(write_for(fits, udp), fits.write());
  const auto nearly = request_of(kLargestUdpRequest + 1);
  EXPECT_EQ(write_for(nearly, udp), write_compact(nearly));
  EXPECT_LE(write_for(nearly, udp).size(), kLargestUdpRequest);
  const auto large = request_of(kLargestUdpRequest + 200);
  EXPECT_EQ(write_for(large, udp), large.write());
}

TEST(RequestSizeTest, AStreamAndAResponseHaveFullNames) {
  net::Flow flow;
  flow.transport = net::Transport::tcp;
  const auto nearly = request_of(kLargestUdpRequest + 1);
  EXPECT_EQ(write_for(nearly, flow), nearly.write());
  flow.transport = net::Transport::udp;
  auto response = Message::response(200);
  response.set_body("text/plain", std::string(kLargestUdpRequest, 'x'));
  EXPECT_EQ(write_for(response, flow), response.write());
}

}  // namespace
}  // namespace godwit::sip
