// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "io/loop.h"
#include "io/socket_setup.h"
#include "io/stream_socket.h"

namespace godwit::io {

/// Accepts TCP connections of one family on one address. When the process has no descriptor left,
/// it tries again a little later; callers wait meanwhile.
class StreamListener {
 public:
  /// Called on the loop; it may destroy the listener.
  using OnConnection = std::function<void(AcceptedConnection)>;

  /// Listens on `local`; port 0: the system chooses. @return the system's error, a taken port as
  /// `Errc::address_in_use`.
  static Result<StreamListener> open(Loop& loop, const net::SocketAddress& local,
                                     const SocketSetup& setup, OnConnection on_connection);
  StreamListener(StreamListener&&) noexcept = default;
  StreamListener& operator=(StreamListener&&) noexcept;
  ~StreamListener();

  /// Where it listens.
  [[nodiscard]] const net::SocketAddress& local() const;

 private:
  struct Op;
  explicit StreamListener(std::shared_ptr<Op> op) : op_(std::move(op)) {}
  void close();

  std::shared_ptr<Op> op_;
};

}  // namespace godwit::io
