// SPDX-License-Identifier: Apache-2.0
#include "setting_sources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace godwit::cli {
namespace {

using testing::HasSubstr;

Config example_config() {
  Config config;
  config.file = "config.toml";
  config.settings = {{"log", {{"info"}, "c:1:1"}}, {"codecs", {{"PCMU"}, "c:2:1"}}};
  config.accounts["work"] = {{"codecs", {{"PCMA"}, "c:5:1"}},
                             {"password_cmd", {{"pass", "work"}, "c:6:1"}}};
  return config;
}

Environment environment(std::map<std::string, std::string> variables) {
  return [variables](const std::string& name) {
    const auto it = variables.find(name);
    return it == variables.end() ? "" : it->second;
  };
}

TEST(SettingSourcesTest, TheAccountComesBeforeTheSettings) {
  const auto sources = SettingSources::make(example_config(), "work", environment({}));
  ASSERT_TRUE(sources.has_value());
  EXPECT_EQ(sources->find("codecs"), (FoundSetting{{"PCMA"}, "c:5:1"}));
  EXPECT_EQ(sources->find("log"), (FoundSetting{{"info"}, "c:1:1"}));
  EXPECT_EQ(sources->find("dns"), std::nullopt);
}

TEST(SettingSourcesTest, TheEnvironmentComesFirst) {
  const auto sources =
      SettingSources::make(example_config(), "work", environment({{"GODWIT_CODECS", "PCMU,PCMA"}}));
  EXPECT_EQ(sources->find("codecs"), (FoundSetting{{"PCMU,PCMA"}, "GODWIT_CODECS"}));
}

TEST(SettingSourcesTest, WithoutAnAccountOnlySettingsCount) {
  const auto sources = SettingSources::make(example_config(), "", environment({}));
  EXPECT_EQ(sources->find("codecs"), (FoundSetting{{"PCMU"}, "c:2:1"}));
  EXPECT_EQ(sources->find("password_cmd"), std::nullopt);
}

TEST(SettingSourcesTest, APasswordOfTheEnvironmentHidesThoseOfTheAccount) {
  const auto sources =
      SettingSources::make(example_config(), "work", environment({{"GODWIT_PASSWORD", "tea"}}));
  EXPECT_EQ(sources->find("password"), (FoundSetting{{"tea"}, "GODWIT_PASSWORD"}));
  EXPECT_EQ(sources->find("password_cmd"), std::nullopt);
}

TEST(SettingSourcesTest, AnAccountMustBeThere) {
  EXPECT_THAT(SettingSources::make(example_config(), "wrok", environment({})).error().detail,
              HasSubstr("there is no [account.wrok] in config.toml (did you mean work?)"));
}

TEST(SettingSourcesTest, NamesVariablesAndSecrets) {
  EXPECT_EQ(variable_name("password_cmd"), "GODWIT_PASSWORD_CMD");
  EXPECT_TRUE(is_secret("password"));
  EXPECT_FALSE(is_secret("password_cmd"));
}

}  // namespace
}  // namespace godwit::cli
