// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>

#include "godwit/time.h"
#include "io/file_descriptor.h"
#include "io/loop.h"
#include "io/socket_setup.h"
#include "io/stream.h"

namespace godwit::io {

/// How to connect.
struct StreamRoute {
  net::SocketAddress local;  ///< unspecified address or port 0: the system chooses
  net::SocketAddress remote;
  SocketSetup setup{.use = SocketUse::sip_stream};
  Duration connect_limit = std::chrono::seconds{10};
};

/// A connection that somebody else made.
struct AcceptedConnection {
  FileDescriptor fd;  ///< non-blocking
  net::SocketAddress local;
  net::SocketAddress remote;
};

/// One TCP connection. Bytes leave at once (no Nagle), what stays unacknowledged for ten seconds
/// breaks it (RFC 5482), and what is read at one wake-up is bounded so that others have their turn.
///
/// It ends with `Errc::unreachable` when nothing is there, `Errc::timed_out` when nothing answers,
/// `Errc::connection_closed`, or the system's own error.
class StreamSocket final : public Stream {
 public:
  static std::unique_ptr<StreamSocket> connect(Loop& loop, const StreamRoute& route,
                                               StreamHandlers handlers);
  /// Open from the start: `on_open` is not called.
  static std::unique_ptr<StreamSocket> adopt(Loop& loop, AcceptedConnection connection,
                                             const SocketSetup& setup, StreamHandlers handlers);
  ~StreamSocket() override;

  void write(std::string_view bytes) override;
  void finish(std::function<void()> gone) override;
  [[nodiscard]] const net::SocketAddress& local() const override;

 private:
  struct Op;
  explicit StreamSocket(std::shared_ptr<Op> op) : op_(std::move(op)) {}

  std::shared_ptr<Op> op_;
};

}  // namespace godwit::io
