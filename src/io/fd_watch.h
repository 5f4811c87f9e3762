// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "godwit/error.h"
#include "io/loop.h"

namespace godwit::io {

/// Tells whenever a file descriptor that somebody else owns has something to read, an error
/// included, or, if asked, room to write. A wake-up after destruction does nothing; the watch must
/// be destroyed before the descriptor is closed.
class FdWatch {
 public:
  enum class For { reading, writing, both };

  /// `ready` runs on the loop as long as the condition lasts. It may destroy the watch.
  static Result<FdWatch> start(Loop& loop, int fd, std::function<void()> ready,
                               For what = For::reading);
  FdWatch(FdWatch&&) noexcept = default;
  FdWatch& operator=(FdWatch&& other) noexcept;
  ~FdWatch();

 private:
  struct Op;
  explicit FdWatch(std::shared_ptr<Op> op) : op_(std::move(op)) {}
  void stop();

  std::shared_ptr<Op> op_;
};

}  // namespace godwit::io
