// SPDX-License-Identifier: Apache-2.0
#include "srtp_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::cli {
namespace {

using ::testing::ElementsAre;

TEST(SrtpSettingsTest, WithoutOptionsTheLibraryDecides) {
  AccountOptions options;
  apply({}, options);
  EXPECT_EQ(options.media_security, MediaSecurity::automatic);
  EXPECT_EQ(options.srtp_keying, SrtpKeying::sdes);
  EXPECT_EQ(options.srtp_suites, AccountOptions().srtp_suites);
  EXPECT_EQ(options.follow_media, AccountOptions().follow_media);
  EXPECT_EQ(options.latch_media, AccountOptions().latch_media);
}

TEST(SrtpSettingsTest, EveryWordHasItsMeaning) {
  const auto security = [](const char* word) {
    AccountOptions options;
    apply({.security = word, .keying = "dtls", .suites = {}}, options);
    EXPECT_EQ(options.srtp_keying, SrtpKeying::dtls);
    return options.media_security;
  };
  EXPECT_EQ(security("required"), MediaSecurity::required);
  EXPECT_EQ(security("preferred"), MediaSecurity::preferred);
  EXPECT_EQ(security("off"), MediaSecurity::off);
  EXPECT_EQ(security("automatic"), MediaSecurity::automatic);
}

TEST(SrtpSettingsTest, SuitesStandBetweenCommas) {
  AccountOptions options;
  apply({.suites = "AEAD_AES_128_GCM,AES_CM_128_HMAC_SHA1_80"}, options);
  EXPECT_THAT(options.srtp_suites, ElementsAre("AEAD_AES_128_GCM", "AES_CM_128_HMAC_SHA1_80"));
}

TEST(SrtpSettingsTest, WhereSoundGoesBesideSignallingIsTheAccountsToSay) {
  AccountOptions options;
  apply({.follow = false, .latch = true}, options);
  EXPECT_FALSE(options.follow_media);
  EXPECT_TRUE(options.latch_media);
}

}  // namespace
}  // namespace godwit::cli
