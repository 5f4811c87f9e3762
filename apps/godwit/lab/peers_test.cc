// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "lab/baresip.h"
#include "lab/kamailio.h"
#include "lab/knot.h"

namespace godwit::lab {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class RunFolder : public ::testing::Test {
 protected:
  ~RunFolder() override { std::filesystem::remove_all(files_.folder); }
  RunFiles files_{
      (std::filesystem::temp_directory_path() / ("godwit-run-test-" + std::to_string(::getpid())))
          .string()};
};

TEST_F(RunFolder, HoldsBothVoicesAndKeepsPasswordsPrivate) {
  ASSERT_TRUE(write_run_files(files_, 1, 0.5));
  const auto alice = read_wav(files_.said_by_a());
  const auto bob = read_wav(files_.said_by_b());
  ASSERT_TRUE(alice && bob);
  EXPECT_EQ(alice->size(), 4000U);
  EXPECT_NE(*alice, *bob);
  EXPECT_EQ(std::filesystem::status(files_.password_a()).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(RunFolder, LosesOldEvidenceButNothingElse) {
  std::filesystem::create_directories(files_.folder);
  std::ofstream(files_.path("a.pcapng")) << "old";
  std::ofstream(files_.path("thesis.txt")) << "mine";
  ASSERT_TRUE(write_run_files(files_, 1, 0.1));
  EXPECT_FALSE(std::filesystem::exists(files_.path("a.pcapng")));
  EXPECT_TRUE(std::filesystem::exists(files_.path("thesis.txt")));
}

TEST_F(RunFolder, BaresipsRecordingsAreOneInTheirOrder) {
  std::filesystem::create_directories(files_.path("baresip"));
  ASSERT_TRUE(write_wav(files_.path("baresip/dump-2-dec.wav"), {3, 4}));
  ASSERT_TRUE(write_wav(files_.path("baresip/dump-1-dec.wav"), {1, 2}));
  ASSERT_TRUE(write_wav(files_.path("baresip/dump-1-enc.wav"), {9}));
  EXPECT_EQ(read_baresip_recordings(files_), (Samples{1, 2, 3, 4}));
}

TEST(Kamailio, RecordRoutesWithItsName) {
  const std::string config = kamailio_config(KamailioForm::udp, {"run"});
  EXPECT_THAT(config, HasSubstr("record_route_preset(\"core.godwit.test:5060\")"));
  EXPECT_THAT(config, HasSubstr("listen=udp:[2001:db8:8::2]:5060"));
  EXPECT_THAT(config, Not(HasSubstr("tls.so")));
}

TEST(Kamailio, ServesStreamsWhereTheyAreAskedFor) {
  const std::string config = kamailio_config(KamailioForm::streams, {"run"});
  EXPECT_THAT(config, HasSubstr("listen=tls:[2001:db8:8::2]:5061"));
  EXPECT_THAT(config, HasSubstr("/run/server.pem\")"));
}

TEST(Zone, OffersBothFamiliesAndAllTransports) {
  EXPECT_THAT(zone_text(), HasSubstr("@ AAAA 2001:db8:8::2\n"));
  EXPECT_THAT(zone_text(), HasSubstr("core A 10.8.0.2\n"));
  EXPECT_THAT(zone_text(), HasSubstr("_sips._tcp SRV 0 0 5061 core\n"));
}

}  // namespace
}  // namespace godwit::lab
