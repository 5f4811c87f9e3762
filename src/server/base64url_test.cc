// SPDX-License-Identifier: Apache-2.0
#include "server/base64url.h"

#include <gtest/gtest.h>

namespace godwit::server {
namespace {

TEST(Base64UrlTest, WritesAndReadsBytesOfAnyLength) {  // RFC 4648 §10, without padding
  const std::pair<std::string, std::string> cases[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xff\xef", "_-8"}};
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(to_base64url(bytes), text);
    EXPECT_EQ(from_base64url(text), bytes);
  }
}

TEST(Base64UrlTest, HasOneTextForEachBytes) {
  for (const char* const bad : {"Z", "Zh", "Zm9", "Zg==", "Z g", "Zm8+", "Zm9vY"}) {
    EXPECT_EQ(from_base64url(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace godwit::server
