// SPDX-License-Identifier: Apache-2.0
#include "stun/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/stun_samples.h"

namespace godwit::stun {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using test::from_hex;
using test::kSampleRequest;
using test::kSampleResponseV4;
using test::kSampleResponseV6;

const TransactionId kSampleId{0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34,
                              0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae};

net::SocketAddress address(const char* text) {
  return *net::SocketAddress::parse(text);
}

/// A binding response, and after its header what the test puts there.
std::string response(const std::string& attributes, unsigned type = 0x0101) {
  std::string bytes;
  bytes += static_cast<char>(type >> 8U);
  bytes += static_cast<char>(type & 0xffU);
  bytes += static_cast<char>(attributes.size() >> 8U);
  bytes += static_cast<char>(attributes.size() & 0xffU);
  return bytes + from_hex("2112a442 b7e7a701 bc34d686 fa87dfae") + attributes;
}
std::string why_not(const std::string& bytes) {
  const auto read = parse_message(bytes);
  EXPECT_FALSE(read);
  return read ? "" : read.error().detail;
}

TEST(StunMessageTest, ReadsTheSampleRequestOfRfc5769) {
  const auto read = parse_message(kSampleRequest);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->kind, Class::request);
  EXPECT_EQ(read->method, kBinding);
  EXPECT_EQ(read->id, kSampleId);
  EXPECT_EQ(read->software, "STUN test client");
  EXPECT_TRUE(read->fingerprint);
  EXPECT_THAT(read->not_understood, ElementsAre(0x0024));  // PRIORITY, of ICE
}

TEST(StunMessageTest, ReadsTheSampleResponsesOfRfc5769) {
  for (const auto& [bytes, mapped] :
       {std::pair(kSampleResponseV4, "192.0.2.1:32853"),
        std::pair(kSampleResponseV6, "[2001:db8:1234:5678:11:2233:4455:6677]:32853")}) {
    const auto read = parse_message(bytes);
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->kind, Class::success);
    EXPECT_EQ(read->id, kSampleId);
    EXPECT_EQ(read->software, "test vector");
    EXPECT_EQ(read->mapped, address(mapped));
    EXPECT_TRUE(read->fingerprint);
    EXPECT_THAT(read->not_understood, IsEmpty());
  }
}

TEST(StunMessageTest, ReadsTheSamplesWithLongTermCredentials) {
  for (const std::string& bytes : {test::kLongTermRequest, test::kSha256Request}) {
    const auto read = parse_message(bytes);
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->kind, Class::request);
    EXPECT_EQ(read->id, (TransactionId{0x78, 0xad, 0x34, 0x33, 0xc6, 0xad, 0x72, 0xc0, 0x29, 0xda,
                                       0x41, 0x2e}));
    EXPECT_FALSE(read->fingerprint);
    EXPECT_THAT(read->not_understood, IsEmpty());
  }
}

TEST(StunMessageTest, EveryChangedBitOfASampleIsFoundByItsFingerprint) {
  for (const std::string& sample : {kSampleRequest, kSampleResponseV4, kSampleResponseV6}) {
    for (std::size_t bit = 0; bit < 8 * sample.size(); ++bit) {
      std::string bytes = sample;
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
      const auto read = parse_message(bytes);
      EXPECT_FALSE(read && read->fingerprint) << bit;
    }
  }
}

TEST(StunMessageTest, EveryShorterPieceOfASampleIsRefused) {
  for (std::size_t size = 0; size < kSampleRequest.size(); ++size) {
    EXPECT_FALSE(parse_message(kSampleRequest.substr(0, size))) << size;
  }
  EXPECT_FALSE(parse_message(kSampleRequest + std::string(4, '\0')));
}

TEST(StunMessageTest, WritesWhatItReads) {
  Message message;
  message.id = kSampleId;
  for (const Class kind : {Class::request, Class::indication, Class::success, Class::failure}) {
    for (const std::uint16_t method : std::array<std::uint16_t, 5>{1, 3, 0x80, 0xabc, 0xfff}) {
      for (const bool fingerprint : {false, true}) {
        message.kind = kind;
        message.method = method;
        message.fingerprint = fingerprint;
        EXPECT_EQ(parse_message(write_message(message)).value(), message);
      }
    }
  }
  message.software = "godwit";
  message.error = ErrorCode{699, "why"};
  message.refused_attributes = {0x0024, 0x7fff, 0x0001};
  for (const char* mapped : {"192.0.2.1:1", "[2001:db8::1]:65535", "0.0.0.0:0"}) {
    message.mapped = address(mapped);
    EXPECT_EQ(parse_message(write_message(message)).value(), message);
  }
}

TEST(StunMessageTest, ARequestHasTheBytesThatRfc8489Shows) {
  Message message;
  message.id = kSampleId;
  EXPECT_EQ(write_message(message),
            kSampleRequest.substr(0, 2) + std::string(2, '\0') + kSampleRequest.substr(4, 16));
  message.kind = Class::success;
  message.mapped = address("192.0.2.1:32853");
  EXPECT_THAT(write_message(message), HasSubstr(from_hex("00200008 0001a147 e112a643")));
}

// RFC 8489 §5: the class stands among the bits of the method.
TEST(StunMessageTest, TheTypeSaysClassAndMethod) {
  EXPECT_EQ(parse_message(response("", 0x0111))->kind, Class::failure);
  EXPECT_EQ(parse_message(response("", 0x0011))->kind, Class::indication);
  EXPECT_EQ(parse_message(response("", 0x3eef))->method, 0xfff);
  EXPECT_EQ(parse_message(response("", 0x3eef))->kind, Class::request);
}

TEST(StunMessageTest, IsToldFromSipByItsHeader) {
  EXPECT_TRUE(looks_like_stun(kSampleRequest));
  EXPECT_TRUE(looks_like_stun(response("")));
  for (const char* bytes : {"", "\r\n\r\n", "OPTIONS sip:bob@example.org SIP/2.0\r\n\r\n",
                            "SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
    EXPECT_FALSE(looks_like_stun(bytes)) << bytes;
  }
  std::string wrong = kSampleRequest;
  wrong[0] = static_cast<char>(0x80);  // RTP
  EXPECT_FALSE(looks_like_stun(wrong));
  wrong = kSampleRequest;
  wrong[4] = 0x20;
  EXPECT_FALSE(looks_like_stun(wrong));
  EXPECT_FALSE(looks_like_stun(response("abc")));
}

TEST(StunMessageTest, ThePlainAddressCountsWhereNoXoredOneStands) {
  const std::string plain = from_hex("00010008 0001 8055 c0000201");
  const std::string xored = from_hex("00200008 0001a147 e112a643");
  EXPECT_EQ(parse_message(response(plain))->mapped, address("192.0.2.1:32853"));
  const std::string other = from_hex("00010008 0001 0001 c6336401");
  EXPECT_EQ(parse_message(response(other + xored))->mapped, address("192.0.2.1:32853"));
}

TEST(StunMessageTest, OfSeveralOfAKindTheFirstCounts) {
  const std::string first = from_hex("00200008 0001a147 e112a643");
  const std::string second = from_hex("00200008 0001a147 e112a644");
  EXPECT_EQ(parse_message(response(first + second))->mapped, address("192.0.2.1:32853"));
  const auto errors =
      parse_message(response(from_hex("00090004 00000414 00090004 00000400"), 0x0111));
  EXPECT_EQ(errors->error->code, 420);
}

TEST(StunMessageTest, AnAddressOfAnUnknownFamilyOrLengthIsMalformed) {
  for (const char* value :
       {"00200008 0003a147 e112a643", "00200008 0002a147 e112a643", "00200004 0001a147",
        "00200002 00010000", "00200000", "0020000c 0001a147 e112a643 00000000"}) {
    EXPECT_THAT(why_not(response(from_hex(value))), HasSubstr("attribute 32 malformed at byte 20"))
        << value;
  }
}

TEST(StunMessageTest, ErrorCodesRunFrom300To699) {
  const auto code = [](const char* value) {
    return parse_message(response(from_hex(value), 0x0111))->error->code;
  };
  EXPECT_EQ(code("00090004 00000300"), 300);
  EXPECT_EQ(code("00090004 00000663"), 699);
  EXPECT_EQ(code("00090004 fffffb63"), 399);  // the bits in front mean nothing
  for (const char* value :
       {"00090004 00000263", "00090004 00000700", "00090004 00000464", "00090003 00000400"}) {
    EXPECT_THAT(why_not(response(from_hex(value), 0x0111)), HasSubstr("attribute 9")) << value;
  }
}

TEST(StunMessageTest, AttributesMayNotGoBeyondTheEnd) {
  EXPECT_THAT(why_not(response(from_hex("80220004"))), HasSubstr("beyond the end at byte 20"));
  EXPECT_THAT(why_not(response(from_hex("8022ffff 00000000"))), HasSubstr("beyond the end"));
  EXPECT_THAT(why_not(response(from_hex("80220005 61626364"))), HasSubstr("beyond the end"));
}

TEST(StunMessageTest, NothingMayFollowTheFingerprint) {
  Message message;
  message.fingerprint = true;
  std::string bytes = write_message(message) + from_hex("80220004 61626364");
  bytes[3] = static_cast<char>(bytes.size() - kHeaderBytes);
  EXPECT_FALSE(parse_message(bytes));
}

// RFC 8489 §14.5
TEST(StunMessageTest, WhatFollowsTheIntegrityIsNotBelieved) {
  const std::string integrity = from_hex("00080014") + std::string(20, 'x');
  const std::string xored = from_hex("00200008 0001a147 e112a643");
  EXPECT_EQ(parse_message(response(integrity + xored))->mapped, std::nullopt);
  EXPECT_TRUE(parse_message(response(xored + integrity))->mapped);
  EXPECT_THAT(parse_message(response(integrity + from_hex("70000000")))->not_understood, IsEmpty());
}

TEST(StunMessageTest, AttributesStopAtTheLimit) {
  const auto many = [](std::size_t count) {
    std::string attributes;
    for (std::size_t i = 0; i < count; ++i) attributes += from_hex("70000000");
    return parse_message(response(attributes));
  };
  ASSERT_TRUE(many(limits::kStunAttributes));
  EXPECT_EQ(many(limits::kStunAttributes)->not_understood.size(), limits::kStunAttributes);
  EXPECT_FALSE(many(limits::kStunAttributes + 1));
  EXPECT_FALSE(many(10 * limits::kStunAttributes));
}

TEST(StunMessageTest, TextsStopAtTheLimit) {
  const auto text = [](std::size_t type, std::size_t size) {
    const std::size_t room = (size + 3) / 4 * 4;
    std::string attribute = type == 0x8022 ? from_hex("8022") : from_hex("0009");
    attribute += static_cast<char>(size >> 8U);
    attribute += static_cast<char>(size & 0xffU);
    std::string value = from_hex("00000400") + std::string(room - 4, 'x');
    return parse_message(response(attribute + value)).has_value();
  };
  EXPECT_TRUE(text(0x8022, limits::kStunTextBytes));
  EXPECT_FALSE(text(0x8022, limits::kStunTextBytes + 1));
  EXPECT_FALSE(text(0x8022, 10 * limits::kStunTextBytes));
  EXPECT_TRUE(text(0x0009, limits::kStunTextBytes + 4));
  EXPECT_FALSE(text(0x0009, limits::kStunTextBytes + 5));
  EXPECT_FALSE(text(0x0009, 10 * limits::kStunTextBytes));
}

TEST(StunMessageTest, WhatIsWrittenKeepsToTheLimitToo) {
  Message message;
  message.software = std::string(10 * limits::kStunTextBytes, 's');
  message.error = ErrorCode{400, std::string(10 * limits::kStunTextBytes, 'r')};
  const auto read = parse_message(write_message(message));
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->software.size(), limits::kStunTextBytes);
  EXPECT_EQ(read->error->reason.size(), limits::kStunTextBytes);
}

TEST(StunMessageTest, ABindingRequestIsAnsweredWithItsSource) {
  Message request;
  request.id = kSampleId;
  request.fingerprint = true;
  const auto answer = answer_binding(request, address("[2001:db8::1]:5060"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->kind, Class::success);
  EXPECT_EQ(answer->id, kSampleId);
  EXPECT_EQ(answer->mapped, address("[2001:db8::1]:5060"));
  EXPECT_TRUE(answer->fingerprint);
}

// RFC 8489 §6.3.1
TEST(StunMessageTest, WhatIsNotUnderstoodIsRefusedByName) {
  const auto request = parse_message(kSampleRequest);
  const auto answer = answer_binding(*request, address("192.0.2.1:5060"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->kind, Class::failure);
  EXPECT_EQ(answer->error->code, 420);
  EXPECT_EQ(answer->mapped, std::nullopt);
  EXPECT_THAT(answer->refused_attributes, ElementsAre(0x0024));
}

TEST(StunMessageTest, NothingElseIsAnswered) {
  Message message;
  message.method = 3;
  EXPECT_FALSE(answer_binding(message, address("192.0.2.1:5060")));
  message.method = kBinding;
  for (const Class kind : {Class::indication, Class::success, Class::failure}) {
    message.kind = kind;
    EXPECT_FALSE(answer_binding(message, address("192.0.2.1:5060")));
  }
}

TEST(StunMessageTest, IdsAreAllRandom) {
  SeededRandom random(1);
  TransactionId seen{};
  const TransactionId first = make_transaction_id(random);
  for (int i = 0; i < 64; ++i) {
    const TransactionId id = make_transaction_id(random);
    EXPECT_NE(id, first);
    for (std::size_t at = 0; at < seen.size(); ++at) {
      seen[at] = static_cast<std::uint8_t>(seen[at] | (id[at] ^ first[at]));
    }
  }
  for (const std::uint8_t bits : seen) EXPECT_EQ(bits, 0xff);
}

}  // namespace
}  // namespace godwit::stun
