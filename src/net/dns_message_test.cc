// SPDX-License-Identifier: Apache-2.0
#include "net/dns_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "support/address_of.h"
#include "support/dns_bytes.h"

namespace godwit::net {
namespace {

namespace dns = test::dns;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Status = DnsAnswer::Status;

const std::string kOwner = dns::pointer(dns::kQuestionName);

using test::ip;

DnsReading read(const std::string& message, const std::string& name, DnsType type) {
  // A block of exactly this size: reading past its end does not go unnoticed under ASan.
  const std::vector<char> exact(message.begin(), message.end());
  return read_dns_response(std::as_bytes(std::span(exact)), {name, type});
}

dns::Message about(std::string_view name, std::uint16_t type) {
  return dns::Message{}.ask(name, type);
}

// What is said about "a.example.org" when asked for its A records.
DnsReading read_a(const dns::Message& message) {
  return read(message.bytes(), "a.example.org", DnsType::a);
}
dns::Message about_a() {
  return about("a.example.org", dns::kA);
}

TEST(DnsName, IsLowerCaseWithoutDotAtTheEnd) {
  EXPECT_EQ(to_dns_name("_SIP._udp.Example.ORG."), "_sip._udp.example.org");
  EXPECT_EQ(to_dns_name("localhost"), "localhost");
}

TEST(DnsName, WhatIsNoNameIsRefused) {
  for (const auto* text : {"", ".", "a..b", ".a", "a b", "a\\.b",
                           "b\xc3\xbc"
                           "cher.example",
                           "a\tb"}) {
    EXPECT_EQ(to_dns_name(text), std::nullopt) << text;
  }
}

TEST(DnsName, LabelsAndNamesHaveALimit) {
  EXPECT_TRUE(to_dns_name(std::string(63, 'a')));
  EXPECT_FALSE(to_dns_name(std::string(64, 'a')));
  EXPECT_FALSE(to_dns_name(std::string(630, 'a')));
  std::string longest;
  for (int i = 0; i < 126; ++i) longest += "a.";
  EXPECT_TRUE(to_dns_name(longest + "a"));  // 253
  EXPECT_FALSE(to_dns_name(longest + "aa"));
  EXPECT_FALSE(to_dns_name(longest + longest));
}

// T95 (the query): CD is 0.
TEST(DnsQuestion, AsksForRecursionAndValidationWithRoomForLongAnswers) {
  const std::string expected = dns::u16(0x1234) + dns::u16(0x0100) + dns::u16(1) + dns::u16(0) +
                               dns::u16(0) + dns::u16(1) + dns::name("_sip._udp.example.org") +
                               dns::u16(33) + dns::u16(1) + '\0' + dns::u16(41) + dns::u16(1232) +
                               dns::u32(0) + dns::u16(0);
  EXPECT_EQ(write_dns_question(0x1234, {"_sip._udp.example.org", DnsType::srv}), expected);
}

TEST(DnsQuestion, HasItsTypesNumber) {
  const auto type_of = [](DnsType type) {
    return write_dns_question(0, {"a", type}).substr(15, 2);
  };
  EXPECT_EQ(type_of(DnsType::a), dns::u16(dns::kA));
  EXPECT_EQ(type_of(DnsType::aaaa), dns::u16(dns::kAaaa));
  EXPECT_EQ(type_of(DnsType::naptr), dns::u16(dns::kNaptr));
}

TEST(DnsResponse, AddressesKeepTheirOrderAndTheShortestTtl) {
  const auto answer = read_a(about_a()
                                 .answer(dns::address(kOwner, 300, "192.0.2.2"))
                                 .answer(dns::address(kOwner, 60, "192.0.2.1")))
                          .answer;
  EXPECT_EQ(answer.status, Status::found);
  EXPECT_THAT(answer.addresses, ElementsAre(ip("192.0.2.2"), ip("192.0.2.1")));
  EXPECT_EQ(answer.ttl, 60s);
  EXPECT_FALSE(answer.from_hosts_file);
}

TEST(DnsResponse, Ipv6AddressesAreReadAndMappedOnesPassedOver) {
  std::string mapped(10, '\0');
  mapped.append("\xff\xff\x01\x02\x03\x04");
  const auto message = about("a.example.org", dns::kAaaa)
                           .answer(dns::record(kOwner, dns::kAaaa, 60, mapped))
                           .answer(dns::address(kOwner, 60, "2001:db8::1"));
  const auto answer = read(message.bytes(), "a.example.org", DnsType::aaaa).answer;
  EXPECT_THAT(answer.addresses, ElementsAre(ip("2001:db8::1")));
}

TEST(DnsResponse, ServicesKeepAllFieldsWithTheTargetInLowerCase) {
  const auto message =
      about("_sip._udp.example.org", dns::kSrv)
          .answer(dns::srv(kOwner, 30, 10, 20, 5070, dns::counted("PBX") + dns::pointer(22)))
          .answer(dns::srv(kOwner, 30, 0, 0, 0, dns::name("")));
  const auto answer = read(message.bytes(), "_sip._udp.example.org", DnsType::srv).answer;
  EXPECT_EQ(answer.status, Status::found);
  EXPECT_EQ(answer.ttl, 30s);
  EXPECT_THAT(answer.services,
              ElementsAre(SrvRecord{10, 20, 5070, "pbx.example.org"}, SrvRecord{0, 0, 0, ""}));
}

TEST(DnsResponse, PointersKeepAllFields) {
  const auto data = dns::u16(50) + dns::u16(51) + dns::counted("S") + dns::counted("SIPS+D2T") +
                    dns::counted("") + dns::name("_sips._tcp.Example.NET");
  const auto message =
      about("example.org", dns::kNaptr).answer(dns::record(kOwner, dns::kNaptr, 90, data));
  const auto answer = read(message.bytes(), "example.org", DnsType::naptr).answer;
  EXPECT_THAT(answer.pointers,
              ElementsAre(NaptrRecord{50, 51, "S", "SIPS+D2T", "", "_sips._tcp.example.net"}));
  EXPECT_EQ(answer.ttl, 90s);
}

TEST(DnsResponse, AliasesAreFollowedInsideTheResponseInAnyOrder) {
  const auto answer =
      read_a(about_a()
                 .answer(dns::address(dns::name("c.example.org"), 300, "192.0.2.1"))
                 .answer(dns::cname(dns::name("b.example.org"), 40, dns::name("C.example.org")))
                 .answer(dns::cname(kOwner, 50, dns::name("b.example.org"))))
          .answer;
  EXPECT_THAT(answer.addresses, ElementsAre(ip("192.0.2.1")));
  EXPECT_EQ(answer.ttl, 40s);
}

TEST(DnsResponse, AliasThatLeadsOutOfTheResponseIsToldWithItsTtl) {
  const auto reading = read_a(about_a().answer(dns::cname(kOwner, 50, dns::name("b.example.net"))));
  EXPECT_EQ(reading.alias, "b.example.net");
  EXPECT_EQ(reading.answer.ttl, 50s);
}

TEST(DnsResponse, AliasWithoutRecordsIsNoDataWhenTheZoneSaysSo) {
  const auto reading = read_a(about_a()
                                  .answer(dns::cname(kOwner, 50, dns::name("b.example.org")))
                                  .authority(dns::soa(dns::name("example.org"), 900, 70)));
  EXPECT_EQ(reading.alias, "");
  EXPECT_EQ(reading.answer.status, Status::no_data);
  EXPECT_EQ(reading.answer.ttl, 50s);
}

dns::Message chain(std::size_t aliases) {
  auto message = about("0", dns::kA);
  for (std::size_t i = 0; i < aliases; ++i) {
    message.answer(dns::cname(dns::name(std::to_string(i)), 60, dns::name(std::to_string(i + 1))));
  }
  return message.answer(dns::address(dns::name(std::to_string(aliases)), 60, "192.0.2.1"));
}

TEST(DnsResponse, ChainOfAliasesHasALimit) {
  const auto status = [](std::size_t aliases) {
    return read(chain(aliases).bytes(), "0", DnsType::a).answer.status;
  };
  EXPECT_EQ(status(limits::kDnsAliases), Status::found);
  EXPECT_EQ(status(limits::kDnsAliases + 1), Status::failed);
  EXPECT_EQ(status(10 * limits::kDnsAliases), Status::failed);
}

TEST(DnsResponse, AliasesInACircleEnd) {
  EXPECT_EQ(read_a(about_a().answer(dns::cname(kOwner, 60, kOwner))).answer.status, Status::failed);
}

TEST(DnsResponse, NumberOfRecordsHasALimit) {
  const auto found = [](std::size_t records) {
    auto message = about_a();
    for (std::size_t i = 0; i < records; ++i) {
      message.answer(dns::address(kOwner, 60, "192.0.2.1"));
    }
    return read_a(message).answer.addresses.size();
  };
  EXPECT_EQ(found(limits::kDnsRecords), limits::kDnsRecords);
  EXPECT_EQ(found(limits::kDnsRecords + 1), limits::kDnsRecords);
  EXPECT_EQ(found(10 * limits::kDnsRecords), limits::kDnsRecords);
}

// RFC 2308 §5: the lesser of the SOA's own TTL and its minimum.
TEST(DnsResponse, NegativeAnswersMayBeKeptAsLongAsTheZoneSays) {
  auto message = about_a().authority(dns::soa(dns::name("example.org"), 30, 70));
  EXPECT_EQ(read_a(message).answer.status, Status::no_data);
  EXPECT_EQ(read_a(message).answer.ttl, 30s);
  message = about_a().authority(dns::soa(dns::name("example.org"), 900, 70));
  message.code(dns::kNoSuchName);
  EXPECT_EQ(read_a(message).answer.status, Status::no_such_name);
  EXPECT_EQ(read_a(message).answer.ttl, 70s);
}

TEST(DnsResponse, NegativeAnswerOfNoZoneIsUsedOnce) {
  EXPECT_EQ(read_a(about_a()).answer.status, Status::no_data);
  EXPECT_EQ(read_a(about_a()).answer.ttl, 0s);
}

TEST(DnsResponse, NonsenseTtlIsZero) {
  const auto answer =
      read_a(about_a().answer(dns::address(kOwner, 0x80000000, "192.0.2.1"))).answer;
  EXPECT_EQ(answer.status, Status::found);
  EXPECT_EQ(answer.ttl, 0s);
}

// T24, at the reader.
TEST(DnsResponse, ErrorCodesAreFailures) {
  for (const int code : {1, 2, 4, 5, 9, 15}) {
    EXPECT_EQ(read_a(about_a().code(static_cast<std::uint16_t>(code))).answer.status,
              Status::failed)
        << code;
  }
}

TEST(DnsResponse, AnswerToAnotherQuestionIsAFailure) {
  const auto answered = [](dns::Message message) {
    return read_a(message.answer(dns::address(dns::name("a.example.org"), 60, "192.0.2.1")))
        .answer.status;
  };
  EXPECT_EQ(answered(about("A.Example.org", dns::kA)), Status::found);
  EXPECT_EQ(answered(about("b.example.org", dns::kA)), Status::failed);
  EXPECT_EQ(answered(about("a.example.org", dns::kAaaa)), Status::failed);
  EXPECT_EQ(answered(dns::Message{}), Status::failed);
  auto chaos = about_a();
  chaos.question.back() = 3;
  EXPECT_EQ(answered(chaos), Status::failed);
}

TEST(DnsResponse, QuestionsTruncatedMessagesAndOtherOperationsAreFailures) {
  for (const int flags : {0x0180, 0x8380, 0x8980}) {
    auto message = about_a().answer(dns::address(kOwner, 60, "192.0.2.1"));
    message.flags = static_cast<std::uint16_t>(flags);
    EXPECT_EQ(read_a(message).answer.status, Status::failed) << flags;
  }
}

TEST(DnsResponse, RecordsOfOthersAreNotBelieved) {
  auto foreign = dns::address(kOwner, 60, "192.0.2.9");
  foreign[5] = 3;  // class CHAOS
  const auto answer = read_a(about_a()
                                 .answer(dns::address(dns::name("b.example.org"), 60, "192.0.2.8"))
                                 .answer(dns::record(kOwner, dns::kTxt, 60, "anything"))
                                 .answer(foreign)
                                 .answer(dns::address(kOwner, 60, "192.0.2.1")))
                          .answer;
  EXPECT_THAT(answer.addresses, ElementsAre(ip("192.0.2.1")));
}

TEST(DnsResponse, NamesThatNoHostHasArePassedOver) {
  const auto strange = dns::counted("a.b") + dns::name("example.org");
  const auto message = about("_sip._udp.example.org", dns::kSrv)
                           .answer(dns::srv(kOwner, 30, 1, 1, 1, strange))
                           .answer(dns::srv(kOwner, 30, 2, 2, 2, dns::name("pbx")));
  const auto answer = read(message.bytes(), "_sip._udp.example.org", DnsType::srv).answer;
  EXPECT_THAT(answer.services, ElementsAre(SrvRecord{2, 2, 2, "pbx"}));
  EXPECT_EQ(read_a(about_a().answer(dns::cname(kOwner, 60, strange))).answer.status,
            Status::no_data);
}

TEST(DnsResponse, CompressionThatDoesNotLeadBackIsUnreadable) {
  const std::size_t here = about_a().bytes().size();
  for (const std::size_t target : {here, here + 2, std::size_t{0x3fff}}) {
    auto message = about_a().answer(dns::address(dns::pointer(target), 60, "192.0.2.1"));
    EXPECT_EQ(read_a(message).answer.status, Status::failed) << target;
  }
  // Two pointers at each other, and a name that begins where it jumps to.
  auto pair =
      about_a().answer(dns::address(dns::pointer(here + 2) + dns::pointer(here), 60, "192.0.2.1"));
  EXPECT_EQ(read_a(pair).answer.status, Status::failed);
  auto circle =
      about_a().answer(dns::address(dns::counted("x") + dns::pointer(here), 60, "192.0.2.1"));
  EXPECT_EQ(read_a(circle).answer.status, Status::failed);
}

TEST(DnsResponse, PointersToPointersHaveALimit) {
  const auto status = [](std::size_t jumps) {
    auto message = about_a();
    const std::size_t first = message.bytes().size() + 11;
    std::string data = dns::name("");
    for (std::size_t i = 0; i < jumps; ++i) {
      data += dns::pointer(i == 0 ? first : first + 1 + 2 * (i - 1));
    }
    message.answer(dns::record(dns::name(""), dns::kTxt, 60, data));
    message.answer(dns::address(dns::pointer(first + 1 + 2 * (jumps - 1)), 60, "192.0.2.1"));
    return read_a(message.answer(dns::address(kOwner, 60, "192.0.2.1"))).answer.status;
  };
  EXPECT_EQ(status(126), Status::found);
  EXPECT_EQ(status(127), Status::failed);
  EXPECT_EQ(status(1270), Status::failed);
}

TEST(DnsResponse, NamesLongerThanDnsHasThemAreUnreadable) {
  std::string name;
  for (int i = 0; i < 126; ++i) name += dns::counted("a");
  const auto status = [](const std::string& owner) {
    return read_a(about_a()
                      .answer(dns::address(owner, 60, "192.0.2.1"))
                      .answer(dns::address(kOwner, 60, "192.0.2.1")))
        .answer.status;
  };
  EXPECT_EQ(status(name + dns::name("a")), Status::found);  // 255 bytes
  EXPECT_EQ(status(name + dns::name("aa")), Status::failed);
  EXPECT_EQ(status(std::string("\x40", 1) + std::string(64, 'a') + '\0'), Status::failed);
}

TEST(DnsResponse, RecordsOfWrongSizeAreUnreadable) {
  for (const auto& data : {std::string(3, '\1'), std::string(5, '\1'), std::string()}) {
    EXPECT_EQ(read_a(about_a().answer(dns::record(kOwner, dns::kA, 60, data))).answer.status,
              Status::failed);
  }
  const auto target = dns::u16(1) + dns::u16(1) + dns::u16(1) + dns::name("pbx");
  for (const auto& data :
       {target + 'x', target.substr(0, 5), target.substr(0, target.size() - 1)}) {
    const auto message =
        about("s.example.org", dns::kSrv).answer(dns::record(kOwner, dns::kSrv, 60, data));
    EXPECT_EQ(read(message.bytes(), "s.example.org", DnsType::srv).answer.status, Status::failed);
  }
}

TEST(DnsResponse, MessageCutAnywhereIsAFailure) {
  const std::string whole = about_a()
                                .answer(dns::cname(kOwner, 60, dns::name("b.example.org")))
                                .answer(dns::address(dns::name("b.example.org"), 60, "192.0.2.1"))
                                .authority(dns::soa(dns::name("example.org"), 60, 60))
                                .bytes();
  EXPECT_EQ(read(whole, "a.example.org", DnsType::a).answer.status, Status::found);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(read(whole.substr(0, size), "a.example.org", DnsType::a).answer.status,
              Status::failed)
        << size;
  }
}

}  // namespace
}  // namespace godwit::net
