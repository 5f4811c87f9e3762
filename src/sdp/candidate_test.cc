// SPDX-License-Identifier: Apache-2.0
#include "sdp/candidate.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "base/random.h"
#include "support/value_table.h"

namespace godwit::sdp {
namespace {

using Extensions = std::vector<std::pair<std::string, std::string>>;

TEST(CandidateTest, ReadsEveryPart) {
  const auto read = parse_candidate(
      "2 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr 203.0.113.141 rport 8998 generation 0");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->foundation, "2");
  EXPECT_EQ(read->component, 1);
  EXPECT_EQ(read->transport, "UDP");
  EXPECT_EQ(read->priority, 1694498815U);
  EXPECT_EQ(read->address, (CandidateAddress{*net::IpAddress::parse("192.0.2.3"), 45664}));
  EXPECT_EQ(read->type, "srflx");
  EXPECT_EQ(read->related, (CandidateAddress{*net::IpAddress::parse("203.0.113.141"), 8998}));
  EXPECT_EQ(read->tcp_type, "");
  EXPECT_EQ(read->extensions, (Extensions{{"generation", "0"}}));
}

TEST(CandidateTest, TakesAddressesAndNamesOfEveryKind) {
  test::expect_good(
      parse_candidate,
      {"1 1 UDP 2130706431 2001:db8::1 8998 typ host",
       "Hc0a8/+ 256 tcp 1 192.0.2.1 9 typ host tcptype active",
       "1 1 udp 4294967295 4f1c0c7e-5d2b-4f5a-8f62-0d8f2c6a1b3e.local 54400 typ host",
       "1 1 UDP 1 turn.example.org 3478 typ relay raddr 0.0.0.0 rport 0 tcptype so ufrag x",
       "1 1 UDP 1 192.0.2.1 0 typ token raddr 2001:db8::1 rport 1 raddr x tcptype a tcptype b"});
  EXPECT_EQ(parse_candidate("1 1 TCP 1 ::1 9 TYP host tcptype passive")->tcp_type, "passive");
}

TEST(CandidateTest, SaysWhichPartIsWrong) {
  const char* const no_host = "expected an IP address or a host name";
  const std::string long_foundation = std::string(33, 'a') + " 1 UDP 1 ::1 9 typ host";
  test::expect_bad(
      parse_candidate,
      {{"", 0},
       {"a-b 1", 0},
       {long_foundation, 0, "expected a foundation of 1 to 32 letters, digits, \"+\" or \"/\""},
       {"1 0 UDP", 2, "expected a component of 1 to 256"},
       {"1 257 UDP", 2, "expected a component of 1 to 256"},
       {"1 1 U/P", 4, "expected a transport, such as UDP"},
       {"1 1 UDP 0", 8, "expected a priority of 1 to 2^32-1"},
       {"1 1 UDP 4294967296", 8, "expected a priority of 1 to 2^32-1"},
       {"1 1 UDP 1 1.2.3.400 9", 10, no_host},
       {"1 1 UDP 1 fe80::1%eth0 9", 10, no_host},
       {"1 1 UDP 1 ::1 65536", 14, "expected a port of 0 to 65535"},
       {"1 1 UDP 1 ::1 9 type host", 16, "expected \"typ\""},
       {"1 1 UDP 1 ::1 9 typ", 19, "expected a type, such as host"},
       {"1 1 UDP 1 ::1 9 typ host raddr", 30, no_host},
       {"1 1 UDP 1 ::1 9 typ host rport 9", 25, "expected raddr before rport"},
       {"1 1 UDP 1 ::1 9 typ host raddr ::1 rport x", 41, "expected a port of 0 to 65535"},
       {"1 1 UDP 1 ::1 9 typ host ufrag", 30, "expected a value after the name of an extension"}});
}

CandidateAddress make_address(SeededRandom& random) {
  CandidateAddress address{random.token(3) + ".local", static_cast<std::uint16_t>(random.u32())};
  std::array<std::uint8_t, 16> bytes{};
  random.fill(std::as_writable_bytes(std::span(bytes)));
  switch (random.below(3)) {
    case 0:
      address.host = net::IpAddress::v6(bytes);
      break;
    case 1:
      address.host = net::IpAddress::v4({bytes[0], bytes[1], bytes[2], bytes[3]});
      break;
    default:
      break;
  }
  return address;
}

TEST(CandidateTest, ReadsBackWhateverItHolds) {
  SeededRandom random(11);
  for (int i = 0; i < 500; ++i) {
    Candidate value;
    value.foundation = random.token(1 + random.below(16));
    value.component = static_cast<std::uint16_t>(1 + random.below(256));
    value.transport = random.below(2) == 0 ? "UDP" : "TCP";
    value.priority = 1 + static_cast<std::uint32_t>(random.below(0xffff'ffff));
    value.address = make_address(random);
    value.type = "host";
    if (random.below(2) == 0) value.related = make_address(random);
    if (random.below(2) == 0) value.tcp_type = "active";
    while (random.below(2) == 0) {
      value.extensions.emplace_back("x" + random.token(2), random.token(1));
    }
    test::expect_reads_back(parse_candidate, value);
  }
}

TEST(RemoteCandidatesTest, AreTriplesOfComponentAddressAndPort) {
  test::expect_good(parse_remote_candidates, {"1 192.0.2.3 45664", "1 ::1 1 2 x.local 2 "});
  test::expect_bad(parse_remote_candidates, {{"", 0, "expected a component of 1 to 256"},
                                             {"1", 1, "expected an IP address or a host name"},
                                             {"1 ::1", 5, "expected a port of 0 to 65535"},
                                             {"1 ::1 9 x", 8, "expected a component of 1 to 256"}});
}

TEST(RemoteCandidatesTest, HoldAsManyAsTheLimit) {
  const auto text_of = [](std::size_t count) {
    std::string text;
    while (count-- > 0) text += "1 ::1 9 ";
    return text;
  };
  EXPECT_EQ(parse_remote_candidates(text_of(limits::kCandidates))->size(), limits::kCandidates);
  EXPECT_FALSE(parse_remote_candidates(text_of(limits::kCandidates + 1)));
  EXPECT_FALSE(parse_remote_candidates(text_of(10 * limits::kCandidates)));
}

TEST(RemoteCandidatesTest, ReadBackWhateverTheyHold) {
  SeededRandom random(12);
  for (int i = 0; i < 200; ++i) {
    std::vector<RemoteCandidate> list;
    for (auto count = 1 + random.below(4); count > 0; --count) {
      list.push_back({static_cast<std::uint16_t>(1 + random.below(256)), make_address(random)});
    }
    test::expect_reads_back(parse_remote_candidates, list);
  }
}

}  // namespace
}  // namespace godwit::sdp
