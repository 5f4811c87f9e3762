// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "io/binding_store.h"

namespace godwit::io {
namespace {

namespace fs = std::filesystem;
using server::StoredBinding;
using server::StoredBindings;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

StoredBinding stored(std::uint16_t port) {
  return {"<sip:bob@10.1.0.2:" + std::to_string(port) + ">;q=0.5",
          "call",
          7,
          1'800'000'000,
          1,
          "urn:uuid:1",
          "10.9.0.2:5060 10.1.0.2:" + std::to_string(port),
          "<sip:edge.example.org;lr>\n<sip:b.example.org;lr>"};
}

class SqliteStoreTest : public ::testing::Test {
 protected:
  SqliteStoreTest() {
    std::string name = (fs::temp_directory_path() / "godwit-store-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    path_ = folder_ / "bindings";
  }
  ~SqliteStoreTest() override { fs::remove_all(folder_); }

  std::unique_ptr<BindingStore> open() {
    auto opened = open_binding_store(path_);
    EXPECT_TRUE(opened) << opened.error().detail;
    return opened ? *std::move(opened) : nullptr;
  }
  /// Why it is not opened, and that nothing is changed by that.
  std::string refusal() {
    const std::string before = content();
    const auto opened = open_binding_store(path_);
    EXPECT_EQ(content(), before);
    EXPECT_THAT(std::distance(fs::directory_iterator(folder_), {}), 1);
    if (opened) return "it was opened";
    EXPECT_EQ(opened.error().code, make_error_code(Errc::invalid_argument));
    EXPECT_THAT(opened.error().detail, HasSubstr(path_));
    return opened.error().detail;
  }
  std::string content() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void put(const std::string& bytes) { std::ofstream(path_, std::ios::binary) << bytes; }
  void sql(const char* text) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, text, nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database);
    sqlite3_close(database);
  }

  fs::path folder_;
  std::string path_;
};

TEST_F(SqliteStoreTest, HoldsWhatWasWrittenForTheNextOne) {
  {
    const auto store = open();
    EXPECT_THAT(store->take_stored(), IsEmpty());
    ASSERT_TRUE(store->write({{"alice", {stored(1)}}, {"bob", {stored(9), stored(2), stored(3)}}}));
    ASSERT_TRUE(store->write({{"bob", {stored(3), stored(2)}}, {"carol", {}}}));
  }
  const auto store = open();
  EXPECT_THAT(store->take_stored(), ElementsAre(StoredBindings{"alice", {stored(1)}},
                                                StoredBindings{"bob", {stored(3), stored(2)}}));
  ASSERT_TRUE(store->write({{"alice", {}}}));
}

TEST_F(SqliteStoreTest, IsReadByItsOwnerOnly) {
  const auto store = open();
  ASSERT_TRUE(store->write({{"alice", {stored(1)}}}));
  for (const auto& file : fs::directory_iterator(folder_)) {
    EXPECT_EQ(fs::status(file).permissions() & fs::perms::all,
              fs::perms::owner_read | fs::perms::owner_write)
        << file;
  }
}

// No destructor runs, as after SIGKILL.
TEST_F(SqliteStoreTest, OutlivesAProcessThatIsKilled) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto opened = open_binding_store(path_);
    ::_exit(opened && (*opened)->write({{"alice", {stored(1)}}}) ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  EXPECT_THAT(open()->take_stored(), ElementsAre(StoredBindings{"alice", {stored(1)}}));
}

TEST_F(SqliteStoreTest, IsOfOneProcessAtATime) {
  const auto store = open();
  const auto second = open_binding_store(path_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, std::errc::device_or_resource_busy);
  EXPECT_THAT(second.error().detail, HasSubstr("in use"));
  EXPECT_TRUE(store->write({{"alice", {stored(1)}}}));
}

TEST_F(SqliteStoreTest, LeavesWhatIsNotOurs) {
  put("alice:tea\nbob:pot\n");
  EXPECT_THAT(refusal(), HasSubstr("no file of godwit's bindings"));
  put(std::string(4096, 'x'));
  EXPECT_THAT(refusal(), HasSubstr("no file of godwit's bindings"));
  fs::remove(path_);
  sql("CREATE TABLE bindings (user TEXT)");
  EXPECT_THAT(refusal(), HasSubstr("another program"));
}

TEST_F(SqliteStoreTest, LeavesWhatAnotherVersionWrote) {
  (void)open();
  sql("PRAGMA journal_mode = DELETE; PRAGMA user_version = 2");
  EXPECT_THAT(refusal(), HasSubstr("another version"));
}

TEST_F(SqliteStoreTest, LeavesWhatIsDamaged) {
  {
    std::vector<StoredBinding> many(16, stored(5060));
    const auto store = open();
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(store->write({{"user" + std::to_string(i), many}}));
  }
  std::string bytes = content();
  ASSERT_GT(bytes.size(), 20'000U);
  bytes.replace(8192, 4096, std::string(4096, '\x5a'));
  put(bytes);
  EXPECT_THAT(refusal(), HasSubstr("damaged"));
  bytes.resize(6000);
  put(bytes);
  EXPECT_THAT(refusal(), HasSubstr("damaged"));
}

TEST_F(SqliteStoreTest, LeavesWhatDoesNotReadAsABinding) {
  ASSERT_TRUE(open()->write({{"alice", {stored(1)}}}));
  sql("UPDATE bindings SET contact = '<sip:'");
  EXPECT_THAT(refusal(), HasSubstr("damaged (alice: contact"));
}

TEST_F(SqliteStoreTest, SaysWhatTheSystemSays) {
  path_ = folder_ / "nowhere" / "bindings";
  const auto opened = open_binding_store(path_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, std::errc::no_such_file_or_directory);
}

}  // namespace
}  // namespace godwit::io
