// SPDX-License-Identifier: Apache-2.0
#include "history_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "event_shapes.h"
#include "shown_text.h"

namespace godwit::cli {
namespace {

constexpr mode_t kOwnerOnly = 0600;

tl::unexpected<Error> unusable(const std::string& path, int error) {
  return fail(Errc::invalid_argument, fmt::format("{}: {}", path, std::strerror(error)));
}

/// An open file that others who use it wait for.
class LockedFile {
 public:
  LockedFile(const std::string& path, int flags)
      : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, kOwnerOnly)) {
    if (descriptor_ >= 0) ::flock(descriptor_, LOCK_EX);
  }
  ~LockedFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  LockedFile(const LockedFile&) = delete;
  LockedFile& operator=(const LockedFile&) = delete;

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

  [[nodiscard]] std::string read() const {
    std::string text;
    std::array<char, 65536> block{};
    ::lseek(descriptor_, 0, SEEK_SET);
    for (;;) {
      const ssize_t n = ::read(descriptor_, block.data(), block.size());
      if (n <= 0) return text;
      text.append(block.data(), static_cast<std::size_t>(n));
    }
  }

  [[nodiscard]] bool write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t n = ::write(descriptor_, text.data(), text.size());
      if (n <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  [[nodiscard]] std::size_t size() const {
    struct stat status {};
    return ::fstat(descriptor_, &status) == 0 ? static_cast<std::size_t>(status.st_size) : 0;
  }

  /// The file is this text from now on.
  [[nodiscard]] bool replace(std::string_view text) const {
    return ::ftruncate(descriptor_, 0) == 0 && ::lseek(descriptor_, 0, SEEK_SET) == 0 &&
           write(text);
  }

 private:
  int descriptor_;
};

std::string text_in(const Json& entry, std::string_view name) {
  const Json value = field_of(entry, name);
  return value.is_string() ? value.get<std::string>() : "";
}

double number_of(const Json& entry, std::string_view name) {
  const Json value = field_of(entry, name);
  return value.is_number() ? value.get<double>() : 0;
}

}  // namespace

Json to_json(const HistoryEntry& entry) {
  Json j;
  j["v"] = kJsonVersion;
  j["time"] = rfc3339(entry.began);
  j["direction"] = entry.incoming ? "in" : "out";
  j["account"] = entry.account;
  j["peer"] = entry.peer;
  j["answered"] = entry.answered;
  j["duration_ms"] = milliseconds(entry.end.duration);
  j["ended_by"] = to_string(entry.end.who);
  j["status"] = entry.end.status;
  j["reason"] = entry.end.reason;
  j["network_changes"] = entry.network_changes;
  return j;
}

Result<void> HistoryFile::add(const HistoryEntry& entry) const {
  return add(to_json(entry));
}

Result<void> HistoryFile::add(const Json& entry) const {
  if (path_.empty()) return {};
  std::error_code ignored;  // what could not be made cannot be opened either
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), ignored);
  const LockedFile file(path_, O_RDWR | O_CREAT | O_APPEND);
  if (!file.is_open()) return unusable(path_, errno);
  const std::string line = cli::write(entry) + "\n";
  if (!file.write(line)) return unusable(path_, errno);
  if (file.size() <= kLargest) return {};
  const std::string all = file.read();
  if (!file.replace(last_lines(all, kLargest / 2))) return unusable(path_, errno);
  return {};
}

Result<std::vector<Json>> HistoryFile::read() const {
  std::vector<Json> entries;
  if (path_.empty() || ::access(path_.c_str(), F_OK) != 0) return entries;
  const LockedFile file(path_, O_RDONLY);
  if (!file.is_open()) return unusable(path_, errno);
  const std::string text = file.read();
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    constexpr bool kThrows = false;
    Json entry = Json::parse(text.substr(begin, end - begin), nullptr, kThrows);
    if (entry.is_object()) entries.push_back(std::move(entry));
    begin = end + 1;
  }
  return entries;
}

Result<void> HistoryFile::clear() const {
  if (path_.empty() || ::access(path_.c_str(), F_OK) != 0) return {};
  const LockedFile file(path_, O_RDWR);
  if (!file.is_open() || !file.replace("")) return unusable(path_, errno);
  return {};
}

std::string_view last_lines(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  const auto cut = text.find('\n', text.size() - bytes - 1);
  return cut == std::string_view::npos ? std::string_view() : text.substr(cut + 1);
}

std::string history_line(const Json& entry) {
  std::string time = text_in(entry, "time").substr(0, 19);  // to the second
  for (char& c : time) {
    if (c == 'T') c = ' ';
  }
  const bool incoming = text_in(entry, "direction") == "in";
  const bool answered = field_of(entry, "answered") == true;
  std::string outcome = fmt::format("{:.1f} s", number_of(entry, "duration_ms") / 1e3);
  if (!answered) {
    const int status = static_cast<int>(number_of(entry, "status"));
    outcome = incoming ? "missed" : "no answer";
    if (status != 0) outcome = fmt::format("{} {}", status, text_in(entry, "reason"));
  }
  const auto changes = static_cast<int>(number_of(entry, "network_changes"));
  if (changes > 0) outcome += fmt::format(", survived {} network changes", changes);
  return shown(
      fmt::format("{}  {} {}  {}", time, incoming ? "<-" : "->", text_in(entry, "peer"), outcome));
}

}  // namespace godwit::cli
