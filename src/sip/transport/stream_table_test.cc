// SPDX-License-Identifier: Apache-2.0
#include "sip/transport/stream_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"

namespace godwit::sip {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kHead =
    "OPTIONS sip:h SIP/2.0\r\nv: SIP/2.0/TCP h;branch=z9hG4bK1\r\nf: <sip:a@h>;tag=1\r\n"
    "t: <sip:b@h>\r\ni: 1\r\nCSeq: 1 OPTIONS\r\n";

class StreamTableTest : public ::testing::TestWithParam<net::Family> {
 protected:
  net::Flow flow(std::uint64_t id) const {
    const bool v4 = GetParam() == net::Family::v4;
    return {net::FlowId{id}, net::Transport::tcp,
            *net::SocketAddress::parse(v4 ? "192.0.2.1:40000" : "[2001:db8::1]:40000"),
            *net::SocketAddress::parse(v4 ? "192.0.2.2:5060" : "[2001:db8::2]:5060")};
  }
  std::vector<StreamTable::Output> receive(std::uint64_t id, std::string_view bytes) {
    return table_.on_bytes(net::FlowId{id}, bytes);
  }
  StreamTable::Broken receive_broken(std::string_view bytes) {
    table_.on_opened(flow(1), StreamFramer::Opened::by_peer);
    const auto outputs = receive(1, bytes);
    EXPECT_THAT(outputs, SizeIs(1));
    if (outputs.empty()) return {};
    const auto* const broken = std::get_if<StreamTable::Broken>(&outputs.back());
    EXPECT_NE(broken, nullptr);
    return broken == nullptr ? StreamTable::Broken{} : *broken;
  }
  static std::string whole(std::string_view body = {}) {
    return std::string(kHead) + "l: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
  }

  StreamTable table_;
};

TEST_P(StreamTableTest, EachMessageComesWholeAndWithItsFlow) {
  table_.on_opened(flow(1), StreamFramer::Opened::by_us);
  table_.on_opened(flow(2), StreamFramer::Opened::by_us);
  const std::string bytes = whole("hi");
  EXPECT_THAT(receive(1, bytes.substr(0, 30)), IsEmpty());
  EXPECT_THAT(receive(2, bytes.substr(0, 70)), IsEmpty());
  const auto second = receive(2, bytes.substr(70) + bytes);
  ASSERT_THAT(second, SizeIs(2));
  EXPECT_EQ(std::get<StreamTable::Message>(second[1]).flow, flow(2));
  const auto first = receive(1, bytes.substr(30));
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(std::get<StreamTable::Message>(first[0]).flow, flow(1));
  EXPECT_EQ(std::get<StreamTable::Message>(first[0]).bytes, bytes);
}

// RFC 5626 §3.5.1
TEST_P(StreamTableTest, WhoOpenedTheStreamPings) {
  table_.on_opened(flow(1), StreamFramer::Opened::by_us);
  table_.on_opened(flow(2), StreamFramer::Opened::by_peer);
  const auto pong = receive(1, kPong);
  ASSERT_THAT(pong, SizeIs(1));
  EXPECT_EQ(std::get<StreamTable::Pong>(pong[0]).flow, flow(1));
  const auto ping = receive(2, kPing);
  ASSERT_THAT(ping, SizeIs(1));
  EXPECT_EQ(std::get<StreamTable::Ping>(ping[0]).flow, flow(2));
}

TEST_P(StreamTableTest, ARequestWithoutContentLengthIsAnswered400AndTheStreamIsDone) {
  const auto broken = receive_broken(std::string(kHead) + "\r\n" + whole());
  EXPECT_EQ(broken.status, 400);
  EXPECT_EQ(broken.flow, flow(1));
  EXPECT_THAT(broken.head, HasSubstr("CSeq: 1 OPTIONS"));
  EXPECT_THAT(broken.reason, HasSubstr("Content-Length"));
  EXPECT_THAT(receive(1, whole()), IsEmpty());
}

TEST_P(StreamTableTest, ARequestThatIsTooLongIsAnswered513) {
  const std::string head(kHead);
  const auto size = std::to_string(10 * limits::kMessageBytes);
  EXPECT_EQ(receive_broken(head + "l: " + size + "\r\n\r\n").status, 513);
}

TEST_P(StreamTableTest, NothingIsSaidToAResponseOrAnAck) {
  const std::string fields(kHead.substr(kHead.find("v:")));
  EXPECT_EQ(receive_broken("SIP/2.0 200 OK\r\n" + fields + "\r\n").status, 0);
  std::string ack = "ACK sip:h SIP/2.0\r\n" + fields;
  ack.replace(ack.find("1 OPTIONS"), 9, "1 ACK");
  const auto broken = receive_broken(ack + "\r\n");
  EXPECT_EQ(broken.status, 0);
  EXPECT_EQ(broken.head, "");
  EXPECT_NE(broken.reason, "");
}

TEST_P(StreamTableTest, WhatIsNoSipIsNotAnswered) {
  const auto broken = receive_broken("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(broken.status, 0);
  EXPECT_THAT(broken.reason, HasSubstr("byte"));
}

TEST_P(StreamTableTest, AStreamThatClosedIsForgottenWithItsHalfMessage) {
  table_.on_opened(flow(1), StreamFramer::Opened::by_us);
  ASSERT_NE(table_.find(net::FlowId{1}), nullptr);
  EXPECT_EQ(*table_.find(net::FlowId{1}), flow(1));
  EXPECT_THAT(receive(1, kHead), IsEmpty());
  table_.on_closed(net::FlowId{1});
  EXPECT_EQ(table_.find(net::FlowId{1}), nullptr);
  EXPECT_EQ(table_.size(), 0U);
  EXPECT_THAT(receive(1, whole()), IsEmpty());
  table_.on_closed(net::FlowId{1});

  table_.on_opened(flow(1), StreamFramer::Opened::by_us);  // the same id, from the beginning
  EXPECT_THAT(receive(1, whole()), SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(BothFamilies, StreamTableTest,
                         ::testing::Values(net::Family::v4, net::Family::v6),
                         [](const auto& tested) { return std::string(to_string(tested.param)); });

}  // namespace
}  // namespace godwit::sip
