// SPDX-License-Identifier: Apache-2.0
#include "history_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace godwit::cli {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

HistoryEntry entry(std::string peer) {
  HistoryEntry entry;
  entry.began = std::chrono::system_clock::time_point(1767323045s);  // 2026-01-02 03:04:05
  entry.account = "sip:alice@example.org";
  entry.peer = std::move(peer);
  entry.answered = true;
  entry.end.duration = 61200ms;
  entry.end.who = Who::peer;
  entry.end.reason = "hung up";
  return entry;
}

class HistoryFileTest : public testing::Test {
 protected:
  HistoryFileTest() { folder_ = ::mkdtemp(pattern_); }
  ~HistoryFileTest() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string path() const { return folder_ + "/godwit/history.ndjson"; }

  char pattern_[32] = "/tmp/godwit-history-XXXXXX";
  std::string folder_;
};

TEST_F(HistoryFileTest, RemembersCallsInOrder) {
  const HistoryFile file(path());
  ASSERT_TRUE(file.add(entry("bob")).has_value());
  ASSERT_TRUE(file.add(entry("carol")).has_value());
  const auto entries = file.read();
  ASSERT_TRUE(entries.has_value());
  ASSERT_EQ(entries->size(), 2U);
  EXPECT_EQ((*entries)[0]["peer"], "bob");
  EXPECT_EQ((*entries)[1]["time"], "2026-01-02T03:04:05.000000Z");
  EXPECT_EQ((*entries)[1]["ended_by"], "peer");
}

TEST_F(HistoryFileTest, IsForItsOwnerOnly) {
  ASSERT_TRUE(HistoryFile(path()).add(entry("bob")).has_value());
  struct stat status {};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(HistoryFileTest, ForgetsTheOldest) {
  const HistoryFile file(path());
  ASSERT_TRUE(file.add(entry("first")).has_value());
  const std::string long_name(60000, 'x');
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(file.add(entry(long_name)).has_value());
  EXPECT_LE(std::filesystem::file_size(path()), HistoryFile::kLargest);
  const auto entries = file.read();
  ASSERT_FALSE(entries->empty());
  EXPECT_EQ(entries->front()["peer"], long_name);
}

TEST_F(HistoryFileTest, PassesOverBrokenLines) {
  const HistoryFile file(path());
  ASSERT_TRUE(file.add(entry("bob")).has_value());
  std::ofstream(path(), std::ios::app) << "{\"peer\n5\n";
  ASSERT_TRUE(file.add(entry("carol")).has_value());
  EXPECT_EQ(file.read()->size(), 2U);
}

TEST_F(HistoryFileTest, CanBeCleared) {
  const HistoryFile file(path());
  EXPECT_TRUE(file.clear().has_value());
  ASSERT_TRUE(file.add(entry("bob")).has_value());
  ASSERT_TRUE(file.clear().has_value());
  EXPECT_TRUE(file.read()->empty());
}

TEST_F(HistoryFileTest, WithoutAPathNothingIsRemembered) {
  EXPECT_TRUE(HistoryFile("").add(entry("bob")).has_value());
  EXPECT_TRUE(HistoryFile("").read()->empty());
}

TEST_F(HistoryFileTest, SaysWhatCannotBeWritten) {
  EXPECT_THAT(HistoryFile("/proc/none/history").add(entry("bob")).error().detail,
              HasSubstr("/proc/none/history"));
}

TEST(HistoryLineTest, KeepsWholeLines) {
  EXPECT_EQ(last_lines("ab\ncd\nef\n", 100), "ab\ncd\nef\n");
  EXPECT_EQ(last_lines("ab\ncd\nef\n", 6), "cd\nef\n");
  EXPECT_EQ(last_lines("ab\ncd\nef\n", 5), "ef\n");
  EXPECT_EQ(last_lines("abcdef\n", 3), "");
}

TEST(HistoryLineTest, ReadsForPeople) {
  EXPECT_EQ(history_line(to_json(entry("bob"))), "2026-01-02 03:04:05  -> bob  61.2 s");
  HistoryEntry missed = entry("\x1b[2Jeve");
  missed.incoming = true;
  missed.answered = false;
  EXPECT_EQ(history_line(to_json(missed)), "2026-01-02 03:04:05  <- \\x1b[2Jeve  missed");
  HistoryEntry busy = entry("bob");
  busy.answered = false;
  busy.end.status = 486;
  busy.end.reason = "Busy Here";
  EXPECT_EQ(history_line(to_json(busy)), "2026-01-02 03:04:05  -> bob  486 Busy Here");
  EXPECT_NE(history_line(Json::object()), "");
}

}  // namespace
}  // namespace godwit::cli
