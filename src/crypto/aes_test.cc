// SPDX-License-Identifier: Apache-2.0
#include "crypto/aes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace godwit::crypto {
namespace {

template <class Byte = std::byte>
std::vector<Byte> aes_hex(std::string_view text) {
  std::vector<Byte> bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<Byte>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

template <class Array>
Array aes_array(std::string_view text) {
  Array bytes{};
  std::ranges::copy(aes_hex<typename Array::value_type>(text), bytes.begin());
  return bytes;
}

constexpr std::string_view kShortKey = "2b7e151628aed2a6abf7158809cf4f3c";
constexpr std::string_view kLongKey =
    "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
constexpr std::string_view kCounter = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
constexpr std::string_view kText =
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51";

// NIST SP 800-38A, F.5.1 and F.5.5.
TEST(AesCounterTest, GivesTheTextsOfSp800_38A) {
  const auto first = aes_array<AesCounter::Block>(kCounter);
  auto data = aes_hex(kText);
  ASSERT_TRUE(AesCounter(aes_hex<std::uint8_t>(kShortKey)).apply(first, data));
  EXPECT_EQ(data, aes_hex("874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"));
  data = aes_hex(kText);
  ASSERT_TRUE(AesCounter(aes_hex<std::uint8_t>(kLongKey)).apply(first, data));
  EXPECT_EQ(data, aes_hex("601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"));
}

TEST(AesCounterTest, EachTextBeginsWithTheCounterItIsGiven) {
  const auto first = aes_array<AesCounter::Block>(kCounter);
  AesCounter cipher(aes_hex<std::uint8_t>(kShortKey));
  auto odd = aes_hex("0102030405");
  ASSERT_TRUE(cipher.apply({}, odd));
  ASSERT_TRUE(cipher.apply({}, odd));
  EXPECT_EQ(odd, aes_hex("0102030405"));
  EXPECT_TRUE(cipher.apply({}, {}));
  auto data = aes_hex(kText.substr(0, 32));
  ASSERT_TRUE(cipher.apply(first, data));
  EXPECT_EQ(data, aes_hex("874d6191b620e3261bef6864990db6ce"));
}

// Test cases 4 and 16 of "The Galois/Counter Mode of Operation" (McGrew, Viega), which SP 800-38D
// names.
class AesGcmTest : public ::testing::TestWithParam<bool> {
 protected:
  static constexpr std::string_view kShort = "feffe9928665731c6d6a8f9467308308";
  std::vector<std::uint8_t> key_ =
      aes_hex<std::uint8_t>(GetParam() ? std::string(kShort) + std::string(kShort) : kShort);
  AesGcm::Nonce nonce_ = aes_array<AesGcm::Nonce>("cafebabefacedbaddecaf888");
  std::vector<std::byte> clear_ = aes_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  std::vector<std::byte> text_ = aes_hex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
      "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
  std::vector<std::byte> hidden_ =
      aes_hex(GetParam() ? "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                           "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                         : "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
                           "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091");
  std::array<std::byte, 16> tag_ = aes_array<std::array<std::byte, 16>>(
      GetParam() ? "76fc6ece0f4e1768cddf8853bb2d551b" : "5bc94fbc3221a5db94fae95ae7121a47");
  AesGcm cipher_{key_};
};

TEST_P(AesGcmTest, GivesThePublishedTextAndTag) {
  for (int again = 0; again < 2; ++again) {
    auto data = text_;
    std::array<std::byte, 16> tag{};
    ASSERT_TRUE(cipher_.seal(nonce_, clear_, data, tag));
    EXPECT_EQ(data, hidden_);
    EXPECT_EQ(tag, tag_);
    ASSERT_TRUE(cipher_.open(nonce_, clear_, data, tag));
    EXPECT_EQ(data, text_);
  }
}

TEST_P(AesGcmTest, OpensNothingThatWasChanged) {
  const auto opens = [&](const auto& nonce, const auto& clear, auto data, const auto& tag) {
    return cipher_.open(nonce, clear, data, tag);
  };
  auto nonce = nonce_;
  nonce[11] ^= 1;
  EXPECT_FALSE(opens(nonce, clear_, hidden_, tag_));
  auto clear = clear_;
  clear[0] ^= std::byte{1};
  EXPECT_FALSE(opens(nonce_, clear, hidden_, tag_));
  auto hidden = hidden_;
  hidden.back() ^= std::byte{1};
  EXPECT_FALSE(opens(nonce_, clear_, hidden, tag_));
  auto tag = tag_;
  tag[15] ^= std::byte{1};
  EXPECT_FALSE(opens(nonce_, clear_, hidden_, tag));
  EXPECT_TRUE(opens(nonce_, clear_, hidden_, tag_));
}

TEST_P(AesGcmTest, ATextMayBeEmpty) {
  std::array<std::byte, 16> tag{};
  ASSERT_TRUE(cipher_.seal(nonce_, clear_, {}, tag));
  EXPECT_TRUE(cipher_.open(nonce_, clear_, {}, tag));
  tag[0] ^= std::byte{1};
  EXPECT_FALSE(cipher_.open(nonce_, clear_, {}, tag));
}

INSTANTIATE_TEST_SUITE_P(Keys, AesGcmTest, ::testing::Bool());

}  // namespace
}  // namespace godwit::crypto
