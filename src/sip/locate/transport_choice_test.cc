// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/transport_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::sip {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum net::Transport;

std::vector<net::Transport> transports(std::string_view uri, const LocatePolicy& policy = {}) {
  return transports_for(next_hop_of(*parse_uri(uri)), policy);
}

TEST(TransportChoiceTest, R1_UdpIsTheDefaultOfSip) {
  EXPECT_THAT(transports("sip:example.org"), ElementsAre(udp, tcp, tls));
}

TEST(TransportChoiceTest, SipsNeverLeavesTls) {
  EXPECT_THAT(transports("sips:example.org"), ElementsAre(tls));
  EXPECT_THAT(transports("sips:example.org;transport=tcp"), ElementsAre(tls));
  EXPECT_THAT(transports("sips:example.org;transport=udp"), IsEmpty());
  EXPECT_THAT(transports("sips:example.org", {.tls = false}), IsEmpty());
}

TEST(TransportChoiceTest, TheTransportOfTheUriIsTheOnlyOne) {
  EXPECT_THAT(transports("sip:example.org;transport=tcp"), ElementsAre(tcp));
  EXPECT_THAT(transports("sip:example.org;transport=tls"), ElementsAre(tls));
  EXPECT_THAT(transports("sip:example.org;transport=udp", {.udp = false}), IsEmpty());
}

TEST(TransportChoiceTest, WhatIsNotAvailableIsNotOffered) {
  EXPECT_THAT(transports("sip:example.org", {.udp = false, .tls = false}), ElementsAre(tcp));
}

TEST(TransportChoiceTest, ServicesAreThoseOfRfc3263) {
  EXPECT_EQ(service_name(udp, "example.org"), "_sip._udp.example.org");
  EXPECT_EQ(service_name(tcp, "example.org"), "_sip._tcp.example.org");
  EXPECT_EQ(service_name(tls, "example.org"), "_sips._tcp.example.org");
}

}  // namespace
}  // namespace godwit::sip
