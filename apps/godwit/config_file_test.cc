// SPDX-License-Identifier: Apache-2.0
#include "config_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace godwit::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const ConfigKeys kKeys{{"log", "codecs", "dns", "ipv4", "dscp"},
                       {"aor", "username", "password", "password_file", "password_cmd"}};

Result<Config> config(std::string_view text) {
  return parse_config(text, "config.toml", kKeys);
}

std::string error_of(std::string_view text) {
  const auto parsed = config(text);
  return parsed ? "" : parsed.error().detail;
}

TEST(ConfigFileTest, ReadsSettingsAndAccounts) {
  const auto read = config(
      "default_account = 'work'\n"
      "[settings]\n"
      "log = 'info'\n"
      "dns = ['192.0.2.53', '192.0.2.54']\n"
      "ipv4 = true\n"
      "dscp = 24\n"
      "[account.work]\n"
      "aor = 'alice@example.org'\n"
      "codecs = 'PCMA'\n");
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  EXPECT_EQ(read->default_account, "work");
  EXPECT_EQ(read->settings.at("log"), (ConfigValue{{"info"}, "config.toml:3:7"}));
  EXPECT_THAT(read->settings.at("dns").words, ElementsAre("192.0.2.53", "192.0.2.54"));
  EXPECT_THAT(read->settings.at("ipv4").words, ElementsAre("true"));
  EXPECT_THAT(read->settings.at("dscp").words, ElementsAre("24"));
  EXPECT_THAT(read->accounts.at("work").at("aor").words, ElementsAre("alice@example.org"));
  EXPECT_EQ(read->accounts.at("work").at("codecs").place, "config.toml:9:10");
}

TEST(ConfigFileTest, AnEmptyFileSaysNothing) {
  const auto read = config("# nothing\n");
  ASSERT_TRUE(read.has_value());
  EXPECT_TRUE(read->settings.empty());
  EXPECT_TRUE(read->accounts.empty());
}

TEST(ConfigFileTest, NamesLineColumnAndTheNearestKey) {
  EXPECT_EQ(error_of("[settings]\ncodec = 'PCMA'\n"),
            "config.toml:2:1: codec: there is no such key in [settings] (did you mean codecs?)");
  EXPECT_EQ(error_of("[setings]\n"),
            "config.toml:1:2: setings: there is no such key (did you mean settings?)");
  EXPECT_EQ(error_of("[account.work]\n  usrname = 'alice'\n"),
            "config.toml:2:3: usrname: there is no such key in [account.work] (did you mean "
            "username?)");
  EXPECT_THAT(error_of("[settings]\naor = 'a@b'\n"), HasSubstr("no such key in [settings]"));
}

TEST(ConfigFileTest, NamesTheFaultOfTheGrammar) {
  EXPECT_THAT(error_of("[settings]\nlog = \n"), HasSubstr("config.toml:2:7: "));
  EXPECT_THAT(error_of("[settings]\nlog = 'a'\nlog = 'b'\n"), HasSubstr("config.toml:3:"));
}

TEST(ConfigFileTest, RefusesValuesOfNoUse) {
  EXPECT_THAT(error_of("[settings]\nlog = 1979-05-27\n"), HasSubstr("config.toml:2:7: a text"));
  EXPECT_THAT(error_of("[settings]\nlog = {a = 1}\n"), HasSubstr("a text"));
  EXPECT_THAT(error_of("settings = 5\n"), HasSubstr("[settings] must be a table"));
  EXPECT_THAT(error_of("account = 5\n"), HasSubstr("[account.work]"));
  EXPECT_THAT(error_of("default_account = 5\n"), HasSubstr("a name in quotes"));
}

TEST(ConfigFileTest, TheDefaultAccountIsThere) {
  EXPECT_EQ(error_of("default_account = 'wrok'\n[account.work]\n"),
            "config.toml:1:19: default_account: there is no [account.wrok] (did you mean work?)");
}

TEST(ConfigFileTest, APasswordHasOneSource) {
  EXPECT_THAT(error_of("[account.a]\npassword = 'x'\npassword_cmd = ['pass', 'a']\n"),
              HasSubstr("password and password_cmd exclude each other"));
}

class ConfigOnDiskTest : public testing::Test {
 protected:
  ConfigOnDiskTest() { folder_ = ::mkdtemp(pattern_); }
  ~ConfigOnDiskTest() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& text, mode_t mode) {
    const std::string path = folder_ + "/config.toml";
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
    return path;
  }

  char pattern_[32] = "/tmp/godwit-config-XXXXXX";
  std::string folder_;
};

TEST_F(ConfigOnDiskTest, AFileThatOthersMayWriteIsRefused) {
  const auto read = read_config(file("", 0666), FileNeed::must_exist, kKeys);
  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(read.error().detail, HasSubstr("may be written by others"));
}

TEST_F(ConfigOnDiskTest, PasswordsThatOthersMayReadAreWarnedOf) {
  const char* text = "[account.a]\npassword = 'x'\n";
  EXPECT_NE(read_config(file(text, 0644), FileNeed::must_exist, kKeys)->warning, "");
  EXPECT_EQ(read_config(file(text, 0600), FileNeed::must_exist, kKeys)->warning, "");
  EXPECT_EQ(read_config(file("[settings]\n", 0644), FileNeed::must_exist, kKeys)->warning, "");
}

TEST_F(ConfigOnDiskTest, AMissingFileIsAFaultOnlyWhenItWasNamed) {
  EXPECT_TRUE(read_config(folder_ + "/x", FileNeed::may_be_missing, kKeys)->file.empty());
  EXPECT_FALSE(read_config(folder_ + "/x", FileNeed::must_exist, kKeys).has_value());
}

}  // namespace
}  // namespace godwit::cli
