// SPDX-License-Identifier: Apache-2.0
#include "lab/contact_figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/address_of.h"
#include "support/packet_maker.h"

namespace godwit::lab {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using test::at;

const net::SocketAddress kCaller = at("10.1.0.2:5060");
const net::SocketAddress kServer = at("10.8.0.2:5060");
const net::SocketAddress kHole = at("[2001:db8:8::2]:5060");

std::string message(const std::string& first_line, const std::string& method) {
  return first_line + "\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK" + method +
         "\r\nCall-ID: 1\r\nCSeq: 1 " + method + "\r\n\r\n";
}

std::vector<CapturedPacket> usual_walk() {
  return {
      make_udp({90, PacketWay::sent, at("[2001:db8:1::2]:5060"), kHole},
               message("OPTIONS sip:x SIP/2.0", "OPTIONS")),
      make_udp({340, PacketWay::sent, kCaller, kServer},
               message("OPTIONS sip:x SIP/2.0", "OPTIONS")),
      make_udp({400, PacketWay::sent, kCaller, kServer},
               message("REGISTER sip:x SIP/2.0", "REGISTER")),
      make_udp({500, PacketWay::to_us, kServer, kCaller}, message("SIP/2.0 200 OK", "REGISTER")),
      make_udp({502, PacketWay::sent, kCaller, kServer}, message("INVITE sip:b SIP/2.0", "INVITE")),
      make_udp({900, PacketWay::to_us, kServer, kCaller}, message("SIP/2.0 200 OK", "INVITE")),
  };
}

ContactFigures figures_of(const std::vector<CapturedPacket>& packets) {
  return read_contact(packets, observe(packets), Moment{}, kHole.address);
}

TEST(ContactFigures, CountFromTheCommand) {
  const ContactFigures figures = figures_of(usual_walk());
  EXPECT_EQ(figures.registered_ms, 500);
  EXPECT_EQ(figures.next_request_ms, 502);
  EXPECT_EQ(figures.next_request_after_ms, 2);
  EXPECT_EQ(figures.answered_ms, 900);
  EXPECT_EQ(figures.into_the_hole, 1);
  EXPECT_EQ(figures.calls_into_the_hole, 0);
  EXPECT_EQ(figures.server, "udp 10.8.0.2:5060");
}

TEST(ContactFigures, WhatDidNotHappenIsMissing) {
  auto packets = usual_walk();
  packets.resize(3);
  packets.push_back(make_udp({450, PacketWay::sent, at("[2001:db8:1::2]:5060"), kHole},
                             message("REGISTER sip:x SIP/2.0", "REGISTER")));
  const ContactFigures figures = figures_of(packets);
  EXPECT_FALSE(figures.registered_ms);
  EXPECT_FALSE(figures.next_request_ms);
  EXPECT_EQ(figures.calls_into_the_hole, 1);
}

TEST(ContactReport, MissesOnlyWhatIsBeyondItsLimit) {
  LabOptions options;
  options.scenario = "v6-hole";
  const auto report = make_contact_report(options, {{figures_of(usual_walk()), {}}});
  EXPECT_EQ(report["registered_ms"], 500);
  EXPECT_EQ(report["next_request_ms"], 502);
  EXPECT_TRUE(report["survived"]);
  EXPECT_THAT(report["missed"], IsEmpty());
  EXPECT_THAT(make_contact_table(options, report), HasSubstr("at most 600 ms"));

  ContactResult late{figures_of(usual_walk()), {"A ended with exit code 5"}};
  late.figures.registered_ms = 700;
  const auto worse = make_contact_report(options, {late});
  EXPECT_FALSE(worse["survived"]);
  EXPECT_EQ(worse["missed"].size(), 1U);
  options.transport = "tcp";
  EXPECT_THAT(make_contact_report(options, {late})["missed"], IsEmpty());
}

}  // namespace
}  // namespace godwit::lab
