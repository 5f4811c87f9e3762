// SPDX-License-Identifier: Apache-2.0
#include "srtp/session_keys.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace godwit::srtp {
namespace {

std::vector<std::uint8_t> key_bytes(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(
        static_cast<std::uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

std::string key_hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const auto byte : bytes) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0xfU];
  }
  return text;
}

// RFC 3711 appendix B.3.
TEST(SessionKeysTest, GivesTheKeysOfRfc3711) {
  const MasterKey master(Suite::aes_cm_128_hmac_sha1_80,
                         key_bytes("e1f97a0d3e018be0d64fa32c06de4139"
                                   "0ec675ad498afeebb6960b3aabe6"));
  const SessionKeys keys(master, Protocol::rtp);
  EXPECT_EQ(key_hex(keys.cipher_key()), "c61e7a93744f39ee10734afe3ff7a087");
  EXPECT_EQ(key_hex(keys.salt), "30cbbc08863d8c85d49db34a9ae1");
  EXPECT_EQ(key_hex(keys.authentication), "cebe321f6ff7716b6fd4ab49af256a156d38baa4");
}

// RFC 6188 §7.2.
TEST(SessionKeysTest, GivesTheKeysOfRfc6188) {
  const MasterKey master(
      Suite::aes_256_cm_hmac_sha1_32,
      key_bytes("f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6"
                "3b04803de51ee7c96423ab5b78d2"));
  const SessionKeys keys(master, Protocol::rtp);
  EXPECT_EQ(key_hex(keys.cipher_key()),
            "5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4");
  EXPECT_EQ(key_hex(keys.salt), "fa31791685ca444a9e07c6c64e93");
  EXPECT_EQ(key_hex(keys.authentication), "fd9c32d39ed5fbb5a9dc96b30818454d1313dc05");
}

TEST(SessionKeysTest, RtcpHasKeysOfItsOwnAndAesGcmAShorterSalt) {
  const MasterKey master(Suite::aead_aes_128_gcm, std::vector<std::uint8_t>(28, 9));
  const SessionKeys rtp(master, Protocol::rtp);
  const SessionKeys rtcp(master, Protocol::rtcp);
  EXPECT_NE(key_hex(rtp.cipher_key()), key_hex(rtcp.cipher_key()));
  EXPECT_NE(rtp.salt, rtcp.salt);
  EXPECT_EQ(key_hex(rtp.salt).substr(24), "0000");
}

}  // namespace
}  // namespace godwit::srtp
