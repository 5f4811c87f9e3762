// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "godwit/error.h"
#include "io/file_descriptor.h"

namespace godwit::io {

/// An rtnetlink(7) socket: requests out, datagrams of the kernel (of nobody else) in.
class NetlinkSocket {
 public:
  enum class Wait { no, yes };
  enum class Outcome {
    datagram,  ///< `last()` holds it
    nothing,   ///< no datagram, or none within a second
    overrun,   ///< the kernel dropped messages: what is known is no longer true
    failed,
  };

  /// `groups`: RTMGRP_* bits of notifications to get. @return the system's error.
  static Result<NetlinkSocket> open(std::uint32_t groups = 0);

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] bool send(std::span<const std::byte> request);
  [[nodiscard]] Outcome receive(Wait wait);
  [[nodiscard]] std::span<const std::byte> last() const { return {buffer_.data(), size_}; }

 private:
  explicit NetlinkSocket(FileDescriptor fd) : fd_(std::move(fd)), buffer_(kBufferSize) {}

  static constexpr std::size_t kBufferSize = 64 * 1024;  // the kernel's dumps use 32 kB at most
  FileDescriptor fd_;
  std::vector<std::byte> buffer_;
  std::size_t size_ = 0;
};

}  // namespace godwit::io
