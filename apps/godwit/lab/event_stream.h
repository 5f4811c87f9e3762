// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "lab/unique_fd.h"

namespace godwit::lab {

/// Reads a program's `--events` stream (one JSON object a line) as it comes, and keeps a copy in a
/// file.
class EventStream {
 public:
  using Event = nlohmann::json;
  /// Runs on the reading thread.
  using Listener = std::function<void(const Event&)>;

  EventStream(UniqueFd from, const std::string& copy_path, Listener listener = {});
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;
  ~EventStream();

  /// Waits until an event of this type has come.
  /// @return false at the time limit, at the stream's end or when interrupted
  bool wait_for(std::string_view type, double limit_ms) const;
  [[nodiscard]] std::vector<Event> events() const;
  [[nodiscard]] bool ended() const;
  /// Waits for the end; the program must have ended.
  void finish();

 private:
  void loop(const std::string& copy_path);
  void take_line(const std::string& line);
  [[nodiscard]] bool has(std::string_view type) const;

  UniqueFd from_;
  Listener listener_;
  mutable std::mutex mutex_;
  std::vector<Event> events_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace godwit::lab
