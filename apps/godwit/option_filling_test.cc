// SPDX-License-Identifier: Apache-2.0
#include "option_filling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "settings.h"

namespace godwit::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// A program with one verb, "call", whose config is a file of the test.
class OptionFillingTest : public testing::Test {
 protected:
  OptionFillingTest() { folder_ = ::mkdtemp(pattern_); }
  ~OptionFillingTest() override { std::filesystem::remove_all(folder_); }

  /// @return the fault, or empty.
  std::string read(const std::string& config, std::vector<std::string> words) {
    const std::string path = folder_ + "/config.toml";
    std::ofstream(path) << config;
    ::chmod(path.c_str(), 0600);
    CLI::App program;
    const Verb verb = Verb(program).add_verb("call", "");
    add_config_options(verb, choice_);
    add_common_options(verb, common_);
    add_agent_options(verb, agent_);
    add_account_options(verb, account_);
    words.insert(words.begin(), {"call", "--config", path});
    std::reverse(words.begin(), words.end());
    program.parse(words);
    const auto filled = fill_options(program);
    return filled ? "" : filled.error().detail;
  }

  char pattern_[32] = "/tmp/godwit-filling-XXXXXX";
  std::string folder_;
  ConfigChoice choice_;
  CommonSettings common_;
  AgentSettings agent_;
  AccountSettings account_;
};

TEST_F(OptionFillingTest, FillsWhatTheCommandLineLeftOut) {
  EXPECT_EQ(read("default_account = 'work'\n"
                 "[settings]\nlog = 'info'\ndns = ['192.0.2.1', '192.0.2.2']\nprefer_ipv4 = true\n"
                 "dscp = 24\n"
                 "[account.work]\naor = 'alice@example.org'\nlog = 'debug'\n",
                 {"--dscp", "46"}),
            "");
  EXPECT_EQ(account_.aor, "alice@example.org");
  EXPECT_EQ(common_.log, "debug");
  EXPECT_THAT(agent_.transport.dns, ElementsAre("192.0.2.1", "192.0.2.2"));
  EXPECT_TRUE(agent_.transport.prefer_v4);
  EXPECT_EQ(agent_.transport.dscp, 46);
}

TEST_F(OptionFillingTest, AnIdentityOfTheCommandLineTakesNoDefaultAccount) {
  EXPECT_EQ(read("default_account = 'work'\n[account.work]\nusername = 'w'\n", {"--aor", "b@c"}),
            "");
  EXPECT_EQ(account_.username, "");
  EXPECT_EQ(read("[account.work]\nusername = 'w'\n", {"--aor", "b@c", "--account", "work"}), "");
  EXPECT_EQ(account_.username, "w");
  EXPECT_EQ(account_.aor, "b@c");
}

TEST_F(OptionFillingTest, AFaultyValueIsNamedWithItsPlace) {
  EXPECT_THAT(read("[settings]\ndscp = 64\n", {}), HasSubstr("config.toml:2:8: dscp: "));
  EXPECT_THAT(read("[settings]\ntransport = 'pigeon'\n", {}), HasSubstr("config.toml:2:13"));
  EXPECT_THAT(read("[settings]\nlog = ['a', 'b']\n", {}), HasSubstr("one value wanted"));
  EXPECT_THAT(read("[settings]\nplay_ = 'a'\n", {}), HasSubstr("did you mean play?"));
}

TEST_F(OptionFillingTest, ThePasswordOfTheCommandLineHidesThatOfTheAccount) {
  EXPECT_EQ(read("[account.work]\npassword = 'tea'\n",
                 {"--account", "work", "--password-file", "alice.pw"}),
            "");
  EXPECT_EQ(account_.password, "");
  EXPECT_EQ(account_.password_file, "alice.pw");
}

TEST_F(OptionFillingTest, APasswordCommandMayBeAList) {
  EXPECT_EQ(read("[account.work]\npassword_cmd = ['pass', \"my sip\"]\n", {"--account", "work"}),
            "");
  EXPECT_EQ(account_.password_command, "'pass' 'my sip'");
}

TEST_F(OptionFillingTest, WhoMayWatchIsAnAddressOrAList) {
  const std::string list = "[account.work]\ndialog_watchers = ['bob', 'carol@other.org']\n";
  EXPECT_EQ(read(list, {"--account", "work"}), "");
  EXPECT_THAT(account_.dialog_watchers, ElementsAre("bob", "carol@other.org"));
  account_ = {};
  EXPECT_EQ(
      read(list, {"--account", "work", "--dialog-watchers", "dave", "--dialog-watchers", "*"}), "");
  EXPECT_THAT(account_.dialog_watchers, ElementsAre("dave", "*")) << "the command line alone";
  account_ = {};
  EXPECT_EQ(read("[account.work]\ndialog_watchers = '*'\n", {"--account", "work"}), "");
  EXPECT_THAT(account_.dialog_watchers, ElementsAre("*"));
  EXPECT_THAT(read("[settings]\ndialog_watchers = '*'\n", {}), HasSubstr("there is no such key"))
      << "each account has its own";
}

TEST_F(OptionFillingTest, APasswordOnTheCommandLineIsRefused) {
  EXPECT_THAT(read("", {"--password", "tea"}), HasSubstr("--password-file"));
}

TEST(ConfigKeysTest, AreTheOptionsThatAreNotForOneCommand) {
  EXPECT_THAT(config_keys().settings, Contains("tls_ca"));
  EXPECT_THAT(config_keys().settings, Contains("codecs"));
  EXPECT_THAT(config_keys().settings, Not(Contains("json")));
  EXPECT_THAT(config_keys().settings, Not(Contains("aor")));
  EXPECT_THAT(config_keys().account, Contains("aor"));
  EXPECT_THAT(config_keys().account, Contains("password"));
}

}  // namespace
}  // namespace godwit::cli
