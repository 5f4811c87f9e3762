// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "base/byte_reader.h"
#include "io/binding_store.h"
#include "io/file_descriptor.h"
#include "io/system_error.h"

namespace godwit::io {
namespace {

/// "gdwt", at its place in the file: whose it is (https://www.sqlite.org/fileformat2.html §1.3).
constexpr std::uint32_t kApplication = 0x67647774;
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 100;
constexpr std::size_t kVersionAt = 60;
constexpr std::size_t kApplicationAt = 68;
constexpr std::string_view kMagic{"SQLite format 3\0", 16};

constexpr const char* kMake =
    "BEGIN EXCLUSIVE;"
    "CREATE TABLE bindings (user TEXT NOT NULL, place INTEGER NOT NULL, contact TEXT NOT NULL,"
    " call_id TEXT NOT NULL, cseq INTEGER NOT NULL, expires_at INTEGER NOT NULL,"
    " reg_id INTEGER NOT NULL, instance TEXT NOT NULL, flow TEXT NOT NULL, path TEXT NOT NULL,"
    " PRIMARY KEY (user, place)) STRICT, WITHOUT ROWID;"
    "PRAGMA application_id = 0x67647774;"
    "PRAGMA user_version = 1;"
    "COMMIT;";
// Ours alone, until this process ends. What was written outlives the process at once, and a loss of
// power at least whole: that is what NORMAL means with a log.
constexpr const char* kClaim = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;";
constexpr const char* kKeepLog = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;";
constexpr const char* kRead =
    "SELECT user, contact, call_id, cseq, expires_at, reg_id, instance, flow, path"
    " FROM bindings ORDER BY user, place";
constexpr const char* kRemove = "DELETE FROM bindings WHERE user = ?";
constexpr const char* kAdd =
    "INSERT INTO bindings (user, place, contact, call_id, cseq, expires_at, reg_id, instance, flow,"
    " path) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct EndStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

/// One statement of SQL with its values.
class Statement {
 public:
  Statement(sqlite3* database, const char* sql) {
    sqlite3_stmt* statement = nullptr;
    (void)sqlite3_prepare_v2(database, sql, -1, &statement, nullptr);
    statement_.reset(statement);  // null: each use of it fails, and says why
  }
  /// @param text  stays as it is until the statement has run
  void bind(std::string_view text) {
    sqlite3_bind_text64(statement_.get(), ++bound_, text.data(), text.size(), SQLITE_STATIC,
                        SQLITE_UTF8);
  }
  void bind(std::int64_t number) { sqlite3_bind_int64(statement_.get(), ++bound_, number); }
  /// @return whether there is a row.
  bool step() {
    code_ = statement_ ? sqlite3_step(statement_.get()) : SQLITE_ERROR;
    return code_ == SQLITE_ROW;
  }
  /// @return whether it is done with, and did what it had to.
  bool run() {
    while (step()) {
    }
    const bool done = code_ == SQLITE_DONE;
    sqlite3_reset(statement_.get());
    bound_ = 0;
    return done;
  }
  [[nodiscard]] bool done() const { return code_ == SQLITE_DONE; }

  [[nodiscard]] std::string text(int column) const {
    const unsigned char* const text = sqlite3_column_text(statement_.get(), column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
    return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text), size);
  }
  [[nodiscard]] std::int64_t number(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
  }

 private:
  std::unique_ptr<sqlite3_stmt, EndStatement> statement_;
  int bound_ = 0;
  int code_ = SQLITE_OK;
};

bool execute(sqlite3* database, const char* sql) {
  return sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
}

tl::unexpected<Error> not_ours(const std::string& path, std::string_view why) {
  return fail(Errc::invalid_argument, path + ' ' + std::string(why) + "; it was left as it is");
}

/// What SQLite did not do, in its own words, and in the system's where that refused.
tl::unexpected<Error> refused(sqlite3* database, const std::string& path) {
  const int code = sqlite3_errcode(database);
  const std::string says = sqlite3_errmsg(database);
  if (code == SQLITE_BUSY) {
    return tl::unexpected<Error>(Error{std::make_error_code(std::errc::device_or_resource_busy),
                                       path + " is in use by another process"});
  }
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
    return not_ours(path, "is damaged (" + says + ")");
  }
  const int system = sqlite3_system_errno(database);
  const auto reason = system != 0 ? std::error_code(system, std::system_category())
                                  : std::make_error_code(std::errc::io_error);
  return tl::unexpected<Error>(Error{reason, path + ": " + says});
}

/// Before SQLite sees it: SQLite would touch what is not ours.
Result<void> check_file(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return system_failure(last_error(), path);
  std::array<std::byte, kHeaderBytes> header{};
  const ssize_t size = ::read(file.get(), header.data(), header.size());
  if (size < 0) return system_failure(last_error(), path);
  if (size == 0) return {};  // new
  const auto* const text = reinterpret_cast<const char*>(header.data());
  if (static_cast<std::size_t>(size) < kHeaderBytes ||
      std::string_view(text, kMagic.size()) != kMagic) {
    return not_ours(path, "is no file of godwit's bindings");
  }
  const std::span<const std::byte> bytes(header);
  if (ByteReader(bytes.subspan(kApplicationAt)).u32() != kApplication) {
    return not_ours(path, "is a database of another program");
  }
  if (ByteReader(bytes.subspan(kVersionAt)).u32() != kVersion) {
    return not_ours(path, "was written by another version of godwit");
  }
  return {};
}

class SqliteStore : public BindingStore {
 public:
  explicit SqliteStore(std::string path) : path_(std::move(path)) {}

  Result<void> open() {
    sqlite3* database = nullptr;
    const int code = sqlite3_open_v2(path_.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr);
    database_.reset(database);
    if (code != SQLITE_OK || !execute(database, kClaim)) return refused(database, path_);
    Statement version(database, "PRAGMA user_version");
    const bool is_new = version.step() && version.number(0) == 0;
    if (!version.run()) return refused(database, path_);
    if (is_new && !execute(database, kMake)) return refused(database, path_);
    if (const auto whole = check(); !whole) return whole;
    if (const auto read = read_all(); !read) return read;
    if (!execute(database, kKeepLog)) return refused(database, path_);
    return {};
  }

  std::vector<server::StoredBindings> take_stored() override { return std::exchange(stored_, {}); }

  Result<void> write(const std::vector<server::StoredBindings>& changed) override {
    sqlite3* const database = database_.get();
    if (execute(database, "BEGIN") && put(changed) && execute(database, "COMMIT")) return {};
    const auto failure = refused(database, path_);
    if (sqlite3_get_autocommit(database) == 0) (void)execute(database, "ROLLBACK");
    return failure;
  }

 private:
  Result<void> check() {
    Statement whole(database_.get(), "PRAGMA quick_check(1)");
    if (!whole.step()) return refused(database_.get(), path_);
    const std::string said = whole.text(0);
    if (said != "ok") return not_ours(path_, "is damaged (" + said + ")");
    return {};
  }

  Result<void> read_all() {
    Statement rows(database_.get(), kRead);
    while (rows.step()) {
      const std::string user = rows.text(0);
      if (stored_.empty() || stored_.back().user != user) stored_.push_back({user, {}});
      const server::StoredBinding binding{rows.text(1),   rows.text(2),   rows.number(3),
                                          rows.number(4), rows.number(5), rows.text(6),
                                          rows.text(7),   rows.text(8)};
      if (const auto reads = server::from_stored(binding, {}); !reads) {
        return not_ours(path_, "is damaged (" + user + ": " + reads.error().detail + ")");
      }
      stored_.back().bindings.push_back(binding);
    }
    if (!rows.done()) return refused(database_.get(), path_);
    return {};
  }

  bool put(const std::vector<server::StoredBindings>& changed) {
    Statement remove(database_.get(), kRemove);
    Statement add(database_.get(), kAdd);
    for (const auto& [user, bindings] : changed) {
      remove.bind(user);
      if (!remove.run()) return false;
      std::int64_t place = 0;
      for (const server::StoredBinding& binding : bindings) {
        add.bind(user);
        add.bind(place++);
        add.bind(binding.contact);
        add.bind(binding.call_id);
        add.bind(binding.cseq);
        add.bind(binding.expires_at);
        add.bind(binding.reg_id);
        add.bind(binding.instance);
        add.bind(binding.flow);
        add.bind(binding.path);
        if (!add.run()) return false;
      }
    }
    return true;
  }

  std::string path_;
  Database database_;
  std::vector<server::StoredBindings> stored_;
};

}  // namespace

Result<std::unique_ptr<BindingStore>> open_binding_store(const std::string& path) {
  if (const auto ours = check_file(path); !ours) return tl::unexpected<Error>(ours.error());
  auto store = std::make_unique<SqliteStore>(path);
  if (const auto opened = store->open(); !opened) return tl::unexpected<Error>(opened.error());
  return store;
}

}  // namespace godwit::io
