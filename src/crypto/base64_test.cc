// SPDX-License-Identifier: Apache-2.0
#include "crypto/base64.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace godwit::crypto {
namespace {

std::vector<std::uint8_t> octets_of(std::string_view text) {
  return {text.begin(), text.end()};
}

// RFC 4648 §10.
TEST(Base64, GivesTheVectorsOfTheRfc) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : vectors) {
    EXPECT_EQ(to_base64(octets_of(plain)), text);
    EXPECT_EQ(from_base64(text), octets_of(plain));
  }
}

TEST(Base64, ReadsWithoutPadding) {
  EXPECT_EQ(from_base64("Zg"), octets_of("f"));
  EXPECT_EQ(from_base64("Zm8"), octets_of("fo"));
}

TEST(Base64, RefusesWhatIsNone) {
  for (const char* const text :
       {"Z", "Zm9vY", "Zg=", "Z===", "Zg==Zg==", "=", "====", "Zm 8=", "Zm-_", "Zg=a", "Zm9v=="}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

TEST(Base64, ReadsBackAnyBytes) {
  SeededRandom random(7);
  for (std::size_t size = 0; size < 200; ++size) {
    std::vector<std::uint8_t> bytes(size);
    random.fill(std::as_writable_bytes(std::span(bytes)));
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    EXPECT_EQ(from_base64(to_base64(bytes, Base64::url), Base64::url), bytes);
  }
}

TEST(Base64, OfUrlsHasNoPaddingAndOtherDigits) {
  EXPECT_EQ(to_base64(std::vector<std::uint8_t>{0xff, 0xef}, Base64::url), "_-8");
  EXPECT_EQ(to_base64(octets_of("foob"), Base64::url), "Zm9vYg");
}

TEST(Base64, OfUrlsHasOneTextForTheSameBytes) {
  for (const char* const bad : {"Z", "Zh", "Zm9", "Zg==", "Z g", "Zm8+", "Zm9vY"}) {
    EXPECT_EQ(from_base64(bad, Base64::url), std::nullopt) << bad;
  }
  EXPECT_EQ(from_base64("Zh"), octets_of("f"));
}

}  // namespace
}  // namespace godwit::crypto
