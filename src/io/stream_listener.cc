// SPDX-License-Identifier: Apache-2.0
#include "io/stream_listener.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <optional>
#include <string>
#include <utility>

#include "io/fd_watch.h"
#include "io/sockaddr.h"
#include "io/system_error.h"
#include "io/timer.h"

namespace godwit::io {
namespace {

constexpr int kAcceptsPerWakeUp = 32;  // then the other sockets and timers have their turn
constexpr std::chrono::milliseconds kPause{100};

std::error_code set_flag(int fd, int level, int option) {
  const int on = 1;
  return ::setsockopt(fd, level, option, &on, sizeof on) == 0 ? std::error_code{} : last_error();
}

// @return the socket, bound and listening.
Result<FileDescriptor> make_listener(const net::SocketAddress& local, const SocketSetup& setup) {
  const std::string what = "TCP listener on " + to_string(local);
  FileDescriptor fd(::socket(system_family(local.family()),
                             SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  if (!fd) return system_failure(last_error(), what);
  // Connections of an earlier run that still linger do not hold the port.
  if (const auto error = set_flag(fd.get(), SOL_SOCKET, SO_REUSEADDR)) {
    return system_failure(error, what);
  }
  if (local.family() == net::Family::v6) {  // one family per socket (dual-stack rule R35)
    if (const auto error = set_flag(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY)) {
      return system_failure(error, what);
    }
  }
  if (auto done = set_up(fd.get(), setup); !done) {
    return tl::unexpected<Error>(std::move(done.error()));
  }
  const SystemAddress address = to_system(local);
  if (::bind(fd.get(), address.get(), address.size) != 0 || ::listen(fd.get(), SOMAXCONN) != 0) {
    return system_failure(last_error(), what);
  }
  return fd;
}

// Nothing is wrong with the listener or the caller: there is no room for one more.
bool is_exhausted(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

struct StreamListener::Op : std::enable_shared_from_this<StreamListener::Op> {
  Op(Loop& l, OnConnection f) : loop(l), on_connection(std::move(f)) {}

  Loop& loop;
  OnConnection on_connection;
  FileDescriptor fd;
  std::optional<FdWatch> watch;  // goes before the descriptor
  std::unique_ptr<Timer> pause;
  net::SocketAddress local;
  bool closed = false;

  Result<void> watch_on();
  void on_ready();
  bool accept_one();
  void wait_for_room();
  void close();
};

Result<void> StreamListener::Op::watch_on() {
  // The lock keeps it alive while a handler destroys the listener.
  auto started = FdWatch::start(loop, fd.get(), [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->on_ready();
  });
  if (!started) return tl::unexpected<Error>(std::move(started.error()));
  watch.emplace(std::move(*started));
  return {};
}

void StreamListener::Op::on_ready() {
  for (int i = 0; i < kAcceptsPerWakeUp && !closed && accept_one(); ++i) {
  }
}

// @return whether there may be another one.
bool StreamListener::Op::accept_one() {
  SystemAddress remote;
  FileDescriptor accepted(
      ::accept4(fd.get(), remote.get(), &remote.size, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!accepted) {
    if (errno == EAGAIN || errno == EWOULDBLOCK) return false;
    if (is_exhausted(errno)) {
      wait_for_room();
      return false;
    }
    return true;  // accept(2): what went wrong with one connection is told here, and is past
  }
  const auto from = from_system(remote);
  const auto to = local_address(accepted.get());
  if (from && to) on_connection({std::move(accepted), *to, *from});
  return true;
}

// The connection stays in the queue and would wake the loop again and again.
void StreamListener::Op::wait_for_room() {
  watch.reset();
  pause = std::make_unique<Timer>(loop, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self && !self->closed && !self->watch_on()) self->wait_for_room();
  });
  pause->arm(loop.now() + kPause);
}

void StreamListener::Op::close() {
  closed = true;
  watch.reset();
  pause.reset();
  fd.close();
}

Result<StreamListener> StreamListener::open(Loop& loop, const net::SocketAddress& local,
                                            const SocketSetup& setup, OnConnection on_connection) {
  auto made = make_listener(local, setup);
  if (!made) return tl::unexpected<Error>(std::move(made.error()));
  auto op = std::make_shared<Op>(loop, std::move(on_connection));
  op->fd = std::move(*made);
  op->local = local_address(op->fd.get()).value_or(local);
  if (auto watched = op->watch_on(); !watched) {
    return tl::unexpected<Error>(std::move(watched.error()));
  }
  return StreamListener(std::move(op));
}

StreamListener& StreamListener::operator=(StreamListener&& other) noexcept {
  if (this != &other) {
    close();
    op_ = std::move(other.op_);
  }
  return *this;
}

StreamListener::~StreamListener() {
  close();
}

void StreamListener::close() {
  if (op_) op_->close();
}

const net::SocketAddress& StreamListener::local() const {
  return op_->local;
}

}  // namespace godwit::io
