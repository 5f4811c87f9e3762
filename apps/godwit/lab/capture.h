// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "godwit/error.h"
#include "lab/net_namespace.h"
#include "lab/capture_file.h"
#include "lab/unique_fd.h"

namespace godwit::lab {

/// Sees every packet of a namespace, on all its interfaces, before any policy, with the kernel's
/// time stamps.
class Capture {
 public:
  Capture() = default;
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  ~Capture();

  [[nodiscard]] Result<void> start(const NetNamespace& where);
  /// In the caller's own namespace.
  [[nodiscard]] Result<void> start();
  void stop();

  /// Packets from number `first` on, while it runs or after.
  [[nodiscard]] std::vector<CapturedPacket> packets(std::size_t first = 0) const;

 private:
  void loop();
  bool take_one();

  UniqueFd socket_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::vector<CapturedPacket> packets_;
};

}  // namespace godwit::lab
