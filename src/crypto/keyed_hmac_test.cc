// SPDX-License-Identifier: Apache-2.0
#include "crypto/keyed_hmac.h"

#include <gtest/gtest.h>

#include <string>

#include "crypto/hmac.h"

namespace godwit::crypto {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span{text});
}
std::span<const std::uint8_t> octets_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
std::string text_of(const KeyedHmacSha1::Value& value) {
  return {reinterpret_cast<const char*>(value.data()), value.size()};
}

// hmac_sha1 is OpenSSL's own.
TEST(KeyedHmacTest, IsTheHmacOfEveryLengthOfKeyAndMessage) {
  std::string message;
  for (std::size_t length = 0; length < 300; ++length) {
    const std::string key(length % 65, static_cast<char>(length));
    KeyedHmacSha1 keyed(octets_of(key));
    EXPECT_EQ(text_of(keyed.of(bytes_of(message))), hmac_sha1(key, message)) << length;
    message += static_cast<char>(length * 7);
  }
}

TEST(KeyedHmacTest, MessagesDoNotDependOnEachOther) {
  KeyedHmacSha1 keyed(octets_of("Jefe"));
  const std::string whole = "what do ya want for nothing?";
  for (int again = 0; again < 3; ++again) {
    EXPECT_EQ(text_of(keyed.of(bytes_of("what do ya want "), bytes_of("for nothing?"))),
              hmac_sha1("Jefe", whole));
    EXPECT_EQ(text_of(keyed.of({})), hmac_sha1("Jefe", ""));
  }
}

TEST(KeyedHmacTest, ATagMayBeCutOffBehindButNotWrong) {
  KeyedHmacSha1 keyed(octets_of("key"));
  const auto data = bytes_of("data");
  const auto value = keyed.of(data);
  for (std::size_t size = 1; size <= value.size(); ++size) {
    auto tag = value;
    EXPECT_TRUE(keyed.begins_with(std::span{tag}.first(size), data));
    tag[size - 1] ^= std::byte{0x80};
    EXPECT_FALSE(keyed.begins_with(std::span{tag}.first(size), data));
  }
  EXPECT_FALSE(keyed.begins_with({}, data));
}

TEST(KeyedHmacTest, GoesOnWhereItIsMovedTo) {
  KeyedHmacSha1 first(octets_of("Jefe"));
  KeyedHmacSha1 second(std::move(first));
  EXPECT_EQ(text_of(second.of(bytes_of("x"))), hmac_sha1("Jefe", "x"));
}

}  // namespace
}  // namespace godwit::crypto
