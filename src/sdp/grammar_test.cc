// SPDX-License-Identifier: Apache-2.0
#include "sdp/grammar.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace godwit::sdp {
namespace {

TEST(SdpGrammar, TokenIsAnyVisibleCharacterButSeparators) {
  EXPECT_TRUE(is_token("x-Y.9!#$%&'*+^_`{|}~"));
  for (const char c : std::string("\"(),/:;<=>?@[\\] \t\r\n\x7f\x80")) {
    EXPECT_FALSE(is_token(std::string(1, c))) << static_cast<int>(c);
  }
  EXPECT_FALSE(is_token(""));
  EXPECT_FALSE(is_token(std::string_view("a\0b", 3)));
}

TEST(SdpGrammar, ProtocolIsTokensBetweenSlashes) {
  EXPECT_TRUE(is_protocol("udp"));
  EXPECT_TRUE(is_protocol("UDP/TLS/RTP/SAVPF"));
  for (const char* const text : {"", "/", "/RTP", "RTP/", "RTP//AVP", "RTP AVP"}) {
    EXPECT_FALSE(is_protocol(text)) << text;
  }
}

TEST(SdpGrammar, IceTextIsWhatBase64Uses) {
  EXPECT_TRUE(is_ice_text("aZ09+/"));
  EXPECT_FALSE(is_ice_text("a="));
  EXPECT_FALSE(is_ice_text(""));
}

TEST(SdpGrammar, HostNameIsNoSpoiltAddress) {
  for (const char* const text : {"h", "media.example.org", "a_b.example.org.", "1.2.3.x"}) {
    EXPECT_TRUE(is_host_name(text)) << text;
  }
  for (const char* const text : {"", ".", "1.2.3.400", "12", "fe80::1%eth0", "a b", "a/3"}) {
    EXPECT_FALSE(is_host_name(text)) << text;
  }
  EXPECT_TRUE(is_host_name(std::string(255, 'a')));
  EXPECT_FALSE(is_host_name(std::string(256, 'a')));
}

TEST(SdpGrammar, NumbersAreDigitsAloneAndInRange) {
  EXPECT_EQ(read_number<std::uint8_t>("255"), 255);
  EXPECT_EQ(read_number<std::uint8_t>("007"), 7);
  for (const char* const text : {"", "256", "-1", "+1", " 1", "1 ", "1x", "0x1"}) {
    EXPECT_EQ(read_number<std::uint8_t>(text), std::nullopt) << text;
  }
}

TEST(SdpGrammar, WordsKnowWhereTheyBegin) {
  Words words("  one two\t three");
  EXPECT_EQ(words.next(), "one");
  EXPECT_EQ(words.at(), 2U);
  EXPECT_EQ(words.next(), "two");
  EXPECT_EQ(words.at(), 6U);
  EXPECT_EQ(words.next(), "three");
  EXPECT_EQ(words.next(), "");
  EXPECT_EQ(words.at(), 16U);
  EXPECT_EQ(words.next(), "");
}

TEST(SdpGrammar, RestIsAllWordsThatAreLeft) {
  Words words("96  a=1; b=2  ");
  words.next();
  EXPECT_EQ(words.rest(), "a=1; b=2");
  EXPECT_EQ(words.at(), 4U);
  EXPECT_EQ(words.rest(), "");
  EXPECT_EQ(Words("   ").rest(), "");
}

}  // namespace
}  // namespace godwit::sdp
