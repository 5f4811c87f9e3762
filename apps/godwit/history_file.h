// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "event_json.h"
#include "godwit/error.h"
#include "godwit/event.h"

namespace godwit::cli {

/// One call as it is remembered.
struct HistoryEntry {
  std::chrono::system_clock::time_point began{};
  bool incoming = false;
  std::string account;  ///< our address
  std::string peer;     ///< whom we called, or who called
  bool answered = false;
  CallEnded end;
  std::size_t network_changes = 0;  ///< survived
};

/// {"v":1,"time":…,"direction":"out","account":…,"peer":…,"answered":true,"duration_ms":…,…}
[[nodiscard]] Json to_json(const HistoryEntry& entry);

/// The calls of a user, or his network changes: one JSON object a line, readable by nobody else. The oldest are forgotten.
class HistoryFile {
 public:
  static constexpr std::size_t kLargest = 1024 * 1024;  ///< bytes; then half of it is forgotten

  /// @param path  empty: nothing is remembered
  explicit HistoryFile(std::string path) : path_(std::move(path)) {}

  /// Makes file and folders where they are missing.
  /// @return `invalid_argument` when it cannot be written.
  [[nodiscard]] Result<void> add(const HistoryEntry& entry) const;
  /// The same for anything else that is one JSON object.
  [[nodiscard]] Result<void> add(const Json& entry) const;
  /// Oldest first; lines that cannot be read are passed over. No file: none.
  [[nodiscard]] Result<std::vector<Json>> read() const;
  /// Forgets everything.
  [[nodiscard]] Result<void> clear() const;

 private:
  std::string path_;
};

/// What remains of a text when at most `bytes` may: its last lines.
[[nodiscard]] std::string_view last_lines(std::string_view text, std::size_t bytes);

/// A line for people: "2026-01-02 03:04:05  -> bob@example.org  61.2 s".
[[nodiscard]] std::string history_line(const Json& entry);

}  // namespace godwit::cli
