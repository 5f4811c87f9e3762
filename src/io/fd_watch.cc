// SPDX-License-Identifier: Apache-2.0
#include "io/fd_watch.h"

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <utility>

#include "io/system_error.h"

namespace godwit::io {

struct FdWatch::Op : std::enable_shared_from_this<FdWatch::Op> {
  using WaitType = asio::posix::descriptor_base::wait_type;

  Op(Loop& loop, std::function<void()> f) : descriptor(loop.context()), ready(std::move(f)) {}
  ~Op() {
    if (descriptor.is_open()) descriptor.release();  // the loop ended first
  }

  asio::posix::stream_descriptor descriptor;
  std::function<void()> ready;
  bool stopped = false;

  void wait(WaitType type) {
    descriptor.async_wait(type, [op = shared_from_this(), type](std::error_code ec) {
      if (op->stopped || ec) return;
      op->ready();
      if (!op->stopped) op->wait(type);
    });
  }
};

Result<FdWatch> FdWatch::start(Loop& loop, int fd, std::function<void()> ready, For what) {
  auto op = std::make_shared<Op>(loop, std::move(ready));
  std::error_code ec;
  op->descriptor.assign(fd, ec);
  if (ec) return system_failure(to_std(ec), "watching a file descriptor");
  if (what != For::writing) op->wait(asio::posix::descriptor_base::wait_read);
  if (what != For::reading) op->wait(asio::posix::descriptor_base::wait_write);
  return FdWatch(std::move(op));
}

FdWatch& FdWatch::operator=(FdWatch&& other) noexcept {
  if (this != &other) {
    stop();
    op_ = std::move(other.op_);
  }
  return *this;
}

FdWatch::~FdWatch() {
  stop();
}

void FdWatch::stop() {
  if (!op_) return;
  op_->stopped = true;
  if (op_->descriptor.is_open()) op_->descriptor.release();
  op_.reset();
}

}  // namespace godwit::io
