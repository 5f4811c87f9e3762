// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>

#include "godwit/error.h"
#include "net/socket_address.h"

namespace godwit::io {

/// What a stream tells, always from the loop, never from inside a call. Each may destroy the
/// stream.
struct StreamHandlers {
  /// Once, before anything else: it carries bytes from now on.
  std::function<void()> on_open;
  /// The bytes are good only during the call.
  std::function<void(std::string_view)> on_bytes;
  /// Once, and nothing after it: it could not be opened, broke, or the far end closed it
  /// (`Errc::connection_closed`).
  std::function<void(Error)> on_end;
};

/// One connection, in clear or not. Destroying it drops what is queued and tells nothing.
class Stream {
 public:
  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  virtual ~Stream() = default;

  /// Sends the bytes as soon as there is room. More than `limits::kStreamSendQueue` that wait end
  /// the stream with `Errc::limit_reached`.
  virtual void write(std::string_view bytes) = 0;
  /// Sends what is queued, says goodbye and waits for the far end's, two seconds in all. Nothing is
  /// told any more but `gone`, once, from the loop.
  virtual void finish(std::function<void()> gone) = 0;
  /// Where it is bound; before it is open, what was asked for.
  [[nodiscard]] virtual const net::SocketAddress& local() const = 0;
};

}  // namespace godwit::io
