// SPDX-License-Identifier: Apache-2.0
#include "io/udp_socket.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "io/arrival_clock.h"
#include "io/fd_watch.h"
#include "io/file_descriptor.h"
#include "io/poll_set.h"
#include "io/receive_batch.h"
#include "io/sockaddr.h"
#include "io/system_error.h"
#include "io/udp_control.h"

namespace godwit::io {
namespace {

constexpr int kBatchesPerWakeUp = 8;  // then the other sockets and timers have their turn
constexpr int kSendAttempts = 3;

struct IcmpError {
  net::SocketAddress remote;
  std::error_code code;
};

// One recvmmsg(2): headers that point into the loop's batch.
class BatchHeaders {
 public:
  explicit BatchHeaders(const ReceiveBatch& batch) {
    for (std::size_t i = 0; i < ReceiveBatch::kSlots; ++i) {
      pieces_[i] = {batch.slot(i).data(), ReceiveBatch::kSlotSize};
      msghdr& header = messages_[i].msg_hdr;
      header.msg_name = remotes_[i].get();
      header.msg_namelen = sizeof remotes_[i].storage;
      header.msg_iov = &pieces_[i];
      header.msg_iovlen = 1;
      header.msg_control = controls_[i].bytes.data();
      header.msg_controllen = controls_[i].bytes.size();
    }
  }

  int receive(int fd) {
    return ::recvmmsg(fd, messages_.data(), ReceiveBatch::kSlots, MSG_DONTWAIT, nullptr);
  }

  std::optional<Datagram> at(std::size_t i, const net::SocketAddress& bound,
                             const ArrivalClock& clock) {
    msghdr& header = messages_[i].msg_hdr;
    const auto remote = from_system(remotes_[i]);
    if (!remote || (header.msg_flags & MSG_TRUNC) != 0) return std::nullopt;
    const DatagramInfo info = info_of(header);
    Datagram datagram{bound, *remote, {}, clock.arrival_of(info.stamped)};
    datagram.local.address = info.destination.value_or(bound.address);
    datagram.bytes = {static_cast<const std::byte*>(pieces_[i].iov_base), messages_[i].msg_len};
    return datagram;
  }

 private:
  std::array<mmsghdr, ReceiveBatch::kSlots> messages_{};
  std::array<iovec, ReceiveBatch::kSlots> pieces_;
  std::array<SystemAddress, ReceiveBatch::kSlots> remotes_;
  std::array<ControlBuffer, ReceiveBatch::kSlots> controls_;
};

std::error_code send_once(int fd, msghdr& message) {
  while (::sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
    if (errno != EINTR) return last_error();
  }
  return {};
}

}  // namespace

struct UdpSocket::Op : std::enable_shared_from_this<UdpSocket::Op> {
  Op(Loop& l, UdpHandlers h) : loop(l), handlers(std::move(h)) {}

  Loop& loop;
  UdpHandlers handlers;
  FileDescriptor fd;
  std::optional<FdWatch> watch;  // this or the next; goes before the descriptor
  std::optional<PollSet::Watch> watch_among;
  net::SocketAddress local;
  std::vector<IcmpError> errors;  // read, not told yet
  bool closed = false;

  void close() {
    closed = true;
    watch.reset();
    watch_among.reset();
    fd.close();
  }

  // Reads what ICMP told. @return how many entries were about packets sent earlier.
  int read_errors() {
    int count = 0;
    while (read_error()) ++count;
    return count;
  }

  bool read_error() {
    SystemAddress remote;
    ControlBuffer control;
    msghdr message{};
    message.msg_name = remote.get();
    message.msg_namelen = remote.size;
    message.msg_control = control.bytes.data();
    message.msg_controllen = control.bytes.size();
    if (::recvmsg(fd.get(), &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return false;
    const auto code = fatal_icmp_error(message);
    const auto address = from_system(remote);
    if (code && address) errors.push_back({*address, *code});
    return true;
  }

  void tell_errors() {
    for (const IcmpError& error : std::exchange(errors, {})) {
      if (closed) return;
      handlers.on_unreachable(error.remote, error.code);
    }
  }

  void on_ready() {
    bool idle = true;
    for (int round = 0; round < kBatchesPerWakeUp && !closed; ++round) {
      const int received = receive_batch();
      if (received == 0) break;
      idle = false;
      if (received > 0 && static_cast<std::size_t>(received) < ReceiveBatch::kSlots) break;
    }
    // Nothing to read, yet woken: an error whose number an earlier send has already taken away.
    if (idle && !closed) read_errors();
    tell_errors();
    if (!closed && handlers.on_drained) handlers.on_drained();
  }

  // @return datagrams read; 0 when there are none; -1 when an error came in between.
  int receive_batch() {
    BatchHeaders headers(loop.receive_batch());
    const int received = headers.receive(fd.get());
    if (received < 0) {
      if (errno == EAGAIN || errno == EWOULDBLOCK) return 0;
      return errno == EINTR || read_errors() > 0 ? -1 : 0;
    }
    const ArrivalClock clock(loop.now(), loop.wall());
    for (int i = 0; i < received && !closed; ++i) {
      const auto datagram = headers.at(static_cast<std::size_t>(i), local, clock);
      if (datagram) handlers.on_datagram(*datagram);
    }
    return received;
  }
};

Result<UdpSocket> UdpSocket::open(Loop& loop, const net::SocketAddress& local,
                                  const UdpOptions& options, UdpHandlers handlers) {
  const std::string what = "UDP socket on " + net::to_string(local);
  auto op = std::make_shared<Op>(loop, std::move(handlers));
  op->fd = FileDescriptor(
      ::socket(system_family(local.family()), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int fd = op->fd.get();
  if (!op->fd) return system_failure(last_error(), what);
  if (const auto error = prepare_udp(fd, local.family())) return system_failure(error, what);
  // More room than the default spares packets of a burst; less than asked is no failure.
  static_cast<void>(::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &options.receive_buffer, sizeof(int)));
  if (auto done = set_up(fd, options.setup); !done) {
    return tl::unexpected<Error>(std::move(done.error()));
  }
  const SystemAddress address = to_system(local);
  if (::bind(fd, address.get(), address.size) != 0) return system_failure(last_error(), what);
  op->local = local_address(fd).value_or(local);

  // The lock keeps it alive while a handler destroys the socket.
  if (auto watched = watch(op, options.among); !watched) {
    return tl::unexpected<Error>(std::move(watched.error()));
  }
  return UdpSocket(std::move(op));
}

Result<void> UdpSocket::watch(const std::shared_ptr<Op>& op, PollSet* among) {
  const auto on_ready = [weak = std::weak_ptr<Op>(op)] {
    if (const auto self = weak.lock()) self->on_ready();
  };
  if (among != nullptr) {
    op->handlers.on_drained = nullptr;
    auto place = among->add(op->fd.get(), on_ready);
    if (!place) return tl::unexpected<Error>(std::move(place.error()));
    op->watch_among.emplace(std::move(*place));
    return {};
  }
  auto watch = FdWatch::start(op->loop, op->fd.get(), on_ready);
  if (!watch) return tl::unexpected<Error>(std::move(watch.error()));
  op->watch.emplace(std::move(*watch));
  return {};
}

UdpSocket& UdpSocket::operator=(UdpSocket&& other) noexcept {
  if (this != &other) {
    close();
    op_ = std::move(other.op_);
  }
  return *this;
}

UdpSocket::~UdpSocket() {
  close();
}

void UdpSocket::close() {
  if (op_) op_->close();
}

const net::SocketAddress& UdpSocket::local() const {
  return op_->local;
}

std::error_code UdpSocket::send(const net::IpAddress& from, const net::SocketAddress& to,
                                std::span<const std::byte> bytes) {
  SystemAddress remote = to_system(to);
  ControlBuffer control;
  // iovec is shared with reading and therefore not const.
  iovec piece{const_cast<std::byte*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_name = remote.get();
  message.msg_namelen = remote.size;
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  if (!from.is_unspecified()) set_source(message, control, from);

  std::error_code error;
  for (int attempt = 0; attempt < kSendAttempts; ++attempt) {
    error = send_once(op_->fd.get(), message);
    // An ICMP error of an earlier datagram fails the next send, whoever that goes to: try again.
    if (!error || op_->read_errors() == 0) break;
  }
  if (!op_->errors.empty()) {
    op_->loop.post([op = op_] { op->tell_errors(); });
  }
  return error;
}

}  // namespace godwit::io
