// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <system_error>

#include "godwit/error.h"
#include "io/loop.h"
#include "io/socket_setup.h"
#include "net/socket_address.h"

namespace godwit::io {

/// A datagram as it came. The bytes are good only during the call.
struct Datagram {
  net::SocketAddress local;  ///< the address it was sent to, even on a socket bound to all of them
  net::SocketAddress remote;
  std::span<const std::byte> bytes;
  TimePoint arrived{};  ///< when the kernel got it; by the loop's clock, never after now
};

class PollSet;

struct UdpOptions {
  /// Where it is watched among others; it tells the end of a turn for all of them, and `on_drained` is not
  /// called. None: it is watched for itself.
  PollSet* among = nullptr;
  int receive_buffer = 256 * 1024;  ///< bytes; the system may grant less
  SocketSetup setup{};
};

/// Called on the loop; both may close or destroy the socket.
struct UdpHandlers {
  std::function<void(const Datagram&)> on_datagram;
  /// ICMP says that nobody is at `remote` (RFC 3261 §18.4: net, host, protocol or port unreachable,
  /// administratively prohibited). Time exceeded and packet too big are not told.
  std::function<void(const net::SocketAddress& remote, std::error_code)> on_unreachable;
  /// After the last datagram of a batch; may be empty.
  std::function<void()> on_drained;
};

/// A bound UDP socket of one family that tells destination addresses and ICMP errors, reads in
/// batches and selects the source address of what it sends.
class UdpSocket {
 public:
  /// Sets the socket up and binds it to `local`; port 0: the system chooses. @return the system's
  /// error, a taken port as `Errc::address_in_use`.
  static Result<UdpSocket> open(Loop& loop, const net::SocketAddress& local,
                                const UdpOptions& options, UdpHandlers handlers);
  UdpSocket(UdpSocket&&) noexcept = default;
  UdpSocket& operator=(UdpSocket&&) noexcept;
  ~UdpSocket();

  /// Sends one datagram from `from` (unspecified: the kernel chooses among the addresses the socket
  /// is bound to). @return the system's error for this very datagram; `judge_send_error` tells what
  /// that means. Errors of earlier datagrams go to `on_unreachable`.
  std::error_code send(const net::IpAddress& from, const net::SocketAddress& to,
                       std::span<const std::byte> bytes);
  /// Where it is bound.
  [[nodiscard]] const net::SocketAddress& local() const;

 private:
  struct Op;
  static Result<void> watch(const std::shared_ptr<Op>& op, PollSet* among);
  explicit UdpSocket(std::shared_ptr<Op> op) : op_(std::move(op)) {}
  void close();

  std::shared_ptr<Op> op_;
};

}  // namespace godwit::io
