// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>

namespace godwit::cli {

/// Reads a descriptor on a thread of its own, until its end.
class StandardInput {
 public:
  /// `on_bytes` runs on that thread; an empty text is the end of the input.
  StandardInput(int descriptor, std::function<void(std::string)> on_bytes);
  ~StandardInput();
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;

  /// While there is enough to do, nothing more is read: whoever writes waits.
  void hold_back(bool enough);

 private:
  void serve();
  /// @return false when the end has come.
  bool read_some();

  int descriptor_;
  std::function<void(std::string)> on_bytes_;
  int wake_ = -1;
  std::atomic<bool> held_back_ = false;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

}  // namespace godwit::cli
