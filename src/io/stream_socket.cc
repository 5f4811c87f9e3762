// SPDX-License-Identifier: Apache-2.0
#include "io/stream_socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <utility>

#include "base/limits.h"
#include "io/fd_watch.h"
#include "io/sockaddr.h"
#include "io/system_error.h"
#include "io/timer.h"

namespace godwit::io {
namespace {

constexpr std::size_t kReadSize = 16 * 1024;
constexpr int kReadsPerWakeUp = 4;         // then the other sockets and timers have their turn
constexpr unsigned kUserTimeout = 10'000;  // milliseconds without an acknowledgement (RFC 5482)
constexpr std::chrono::seconds kGoodbye{2};
constexpr std::size_t kKeptCapacity = 4 * 1024;  // of a queue that has drained

template <class T>
std::error_code set_option(int fd, std::pair<int, int> level_and_name, const T& value) {
  const auto [level, name] = level_and_name;
  return ::setsockopt(fd, level, name, &value, sizeof value) == 0 ? std::error_code{}
                                                                  : last_error();
}

std::error_code set_stream_options(int fd) {
  if (const auto error = set_option(fd, {IPPROTO_TCP, TCP_NODELAY}, 1)) return error;
  if (const auto error = set_option(fd, {SOL_SOCKET, SO_KEEPALIVE}, 1)) return error;
  return set_option(fd, {IPPROTO_TCP, TCP_USER_TIMEOUT}, kUserTimeout);
}

Error stream_error(std::error_code code, std::string what) {
  Error error = system_failure(code, std::move(what)).value();
  if (code == std::errc::connection_refused || code == std::errc::host_unreachable ||
      code == std::errc::network_unreachable || code == std::errc::network_down ||
      code.value() == EHOSTDOWN) {
    error.code = Errc::unreachable;
  }
  if (code == std::errc::timed_out) error.code = Errc::timed_out;
  return error;
}

bool chooses_source(const net::SocketAddress& local) {
  return local.port != 0 || !local.address.is_unspecified();
}

// @return the socket, bound, not connected yet.
Result<FileDescriptor> make_socket(const StreamRoute& route) {
  const std::string what = "TCP connection to " + to_string(route.remote);
  const auto family = route.remote.family();
  FileDescriptor fd(
      ::socket(system_family(family), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  if (!fd) return tl::unexpected<Error>(stream_error(last_error(), what));
  if (family == net::Family::v6) {  // one family per socket (dual-stack rule R35)
    if (const auto error = set_option(fd.get(), {IPPROTO_IPV6, IPV6_V6ONLY}, 1)) {
      return tl::unexpected<Error>(stream_error(error, what));
    }
  }
  if (const auto error = set_stream_options(fd.get())) {
    return tl::unexpected<Error>(stream_error(error, what));
  }
  if (auto done = set_up(fd.get(), route.setup); !done) {
    return tl::unexpected<Error>(std::move(done.error()));
  }
  if (!chooses_source(route.local)) return fd;
  // The port is chosen by connect(2), which knows the whole four-tuple: one port serves many.
  if (route.local.port == 0) {
    static_cast<void>(set_option(fd.get(), {IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT}, 1));
  }
  const SystemAddress address = to_system(route.local);
  if (::bind(fd.get(), address.get(), address.size) != 0) {
    return tl::unexpected<Error>(
        stream_error(last_error(), what + " from " + to_string(route.local)));
  }
  return fd;
}

}  // namespace

struct StreamSocket::Op : std::enable_shared_from_this<StreamSocket::Op> {
  enum class State { connecting, open, finishing, ended };

  Op(Loop& l, StreamHandlers h) : loop(l), handlers(std::move(h)) {}

  Loop& loop;
  StreamHandlers handlers;
  State state = State::connecting;
  FileDescriptor fd;
  std::optional<FdWatch> watch;  // goes before the descriptor
  std::optional<FdWatch::For> watching;
  std::unique_ptr<Timer> limit;  // of connecting or of the goodbye
  net::SocketAddress local;
  net::SocketAddress remote;
  std::string queue;
  std::size_t sent = 0;          // of the queue
  std::optional<Error> failure;  // found inside a call; told from the loop
  std::function<void()> gone;

  void connect(const StreamRoute& route);
  void adopt(AcceptedConnection connection, const SocketSetup& setup);
  void on_ready();
  void on_connected();
  void read();
  void flush();
  void write(std::string_view bytes);
  std::size_t send_some(std::string_view bytes);
  void finish(std::function<void()> when_gone);
  void say_goodbye();
  void discard();

  void end_within(Duration time, Error error);
  void fail_soon(Error error);
  void tell_failure();
  void end(Error error);
  void close();

  [[nodiscard]] std::size_t pending() const { return queue.size() - sent; }
  [[nodiscard]] std::string name() const { return "TCP connection to " + to_string(remote); }
  void watch_for(FdWatch::For what);
};

void StreamSocket::Op::connect(const StreamRoute& route) {
  local = route.local;
  remote = route.remote;
  auto made = make_socket(route);
  if (!made) return fail_soon(std::move(made.error()));
  fd = std::move(*made);
  const SystemAddress address = to_system(remote);
  if (::connect(fd.get(), address.get(), address.size) != 0 && errno != EINPROGRESS) {
    return fail_soon(stream_error(last_error(), name()));
  }
  // Even when it is connected by now, that is told from the loop.
  watch_for(FdWatch::For::writing);
  end_within(route.connect_limit, {Errc::timed_out, name() + ": no answer"});
}

void StreamSocket::Op::adopt(AcceptedConnection connection, const SocketSetup& setup) {
  fd = std::move(connection.fd);
  local = connection.local;
  remote = connection.remote;
  state = State::open;
  if (const auto error = set_stream_options(fd.get())) {
    return fail_soon(stream_error(error, name()));
  }
  if (auto done = set_up(fd.get(), setup); !done) return fail_soon(std::move(done.error()));
  watch_for(FdWatch::For::reading);
}

void StreamSocket::Op::watch_for(FdWatch::For what) {
  if (watching == what) return;
  watch.reset();
  watching = what;
  // The lock keeps it alive while a handler destroys the stream.
  auto started = FdWatch::start(
      loop, fd.get(),
      [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->on_ready();
      },
      what);
  if (!started) return fail_soon(std::move(started.error()));
  watch.emplace(std::move(*started));
}

void StreamSocket::Op::on_ready() {
  switch (state) {
    case State::connecting:
      return on_connected();
    case State::open:
      read();
      if (state == State::open && pending() > 0) flush();
      return;
    case State::finishing:
      if (pending() > 0) flush();
      if (state == State::finishing) discard();
      return;
    case State::ended:
      return;
  }
}

void StreamSocket::Op::on_connected() {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) return end(stream_error({error, std::system_category()}, name()));
  state = State::open;
  limit.reset();
  local = local_address(fd.get()).value_or(local);
  watch_for(FdWatch::For::reading);
  if (pending() > 0) flush();
  if (state == State::open && handlers.on_open) handlers.on_open();
}

void StreamSocket::Op::read() {
  std::array<char, kReadSize> buffer;
  for (int i = 0; i < kReadsPerWakeUp && state == State::open; ++i) {
    const ssize_t received = ::recv(fd.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (received == 0) return end({Errc::connection_closed, name() + ": closed by the far end"});
    if (received < 0) {
      if (errno == EAGAIN || errno == EWOULDBLOCK) return;
      if (errno == EINTR) continue;
      return end(stream_error(last_error(), name()));
    }
    handlers.on_bytes({buffer.data(), static_cast<std::size_t>(received)});
    if (static_cast<std::size_t>(received) < buffer.size()) return;
  }
}

void StreamSocket::Op::write(std::string_view bytes) {
  if (state == State::finishing || state == State::ended || failure) return;
  if (state == State::open && pending() == 0) bytes.remove_prefix(send_some(bytes));
  if (bytes.empty() || failure) return;
  if (pending() + bytes.size() > limits::kStreamSendQueue) {
    return fail_soon({Errc::limit_reached, name() + ": the far end does not take what is sent"});
  }
  queue.append(bytes);
  if (state == State::open) watch_for(FdWatch::For::both);
}

// @return how many bytes the system took.
std::size_t StreamSocket::Op::send_some(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size()) {
    const ssize_t count =
        ::send(fd.get(), bytes.data() + taken, bytes.size() - taken, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count >= 0) {
      taken += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      if (errno != EAGAIN && errno != EWOULDBLOCK) fail_soon(stream_error(last_error(), name()));
      break;
    }
  }
  return taken;
}

void StreamSocket::Op::flush() {
  sent += send_some(std::string_view(queue).substr(sent));
  if (failure) return;
  if (pending() > 0) return watch_for(FdWatch::For::both);
  queue.clear();
  sent = 0;
  if (queue.capacity() > kKeptCapacity) queue.shrink_to_fit();
  watch_for(FdWatch::For::reading);
  if (state == State::finishing) say_goodbye();
}

void StreamSocket::Op::finish(std::function<void()> when_gone) {
  gone = std::move(when_gone);
  if (state != State::open || failure) {
    close();
    return loop.post([weak = weak_from_this()] {
      const auto self = weak.lock();
      if (self && self->gone) std::exchange(self->gone, nullptr)();
    });
  }
  state = State::finishing;
  end_within(kGoodbye, {});
  if (pending() == 0) say_goodbye();
}

// A socket that is closed while bytes are still coming answers them with a reset, which may take
// from the far end what it has not read yet: the far end closes first, or has had its time.
void StreamSocket::Op::say_goodbye() {
  static_cast<void>(::shutdown(fd.get(), SHUT_WR));
}

void StreamSocket::Op::discard() {
  std::array<char, kReadSize> buffer;
  for (int i = 0; i < kReadsPerWakeUp; ++i) {
    const ssize_t received = ::recv(fd.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (received > 0 || (received < 0 && errno == EINTR)) continue;
    if (received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    return end({});
  }
}

void StreamSocket::Op::end_within(Duration time, Error error) {
  limit = std::make_unique<Timer>(loop, [weak = weak_from_this(), error = std::move(error)] {
    if (const auto self = weak.lock()) self->end(error);
  });
  limit->arm(loop.now() + time);
}

void StreamSocket::Op::fail_soon(Error error) {
  if (failure) return;
  failure = std::move(error);
  loop.post([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->tell_failure();
  });
}

// What the far end said before the connection broke is still to be read; that it ends is no news.
void StreamSocket::Op::tell_failure() {
  if (state == State::open && failure->code != Errc::limit_reached) read();
  end({});
}

// Only from the loop.
void StreamSocket::Op::end(Error error) {
  if (state == State::ended) return;
  if (failure) error = std::move(*failure);
  close();
  if (gone) return std::exchange(gone, nullptr)();
  if (handlers.on_end) std::exchange(handlers.on_end, nullptr)(std::move(error));
}

void StreamSocket::Op::close() {
  state = State::ended;
  watch.reset();
  watching.reset();
  limit.reset();
  fd.close();
  queue = {};
  sent = 0;
}

std::unique_ptr<StreamSocket> StreamSocket::connect(Loop& loop, const StreamRoute& route,
                                                    StreamHandlers handlers) {
  auto op = std::make_shared<Op>(loop, std::move(handlers));
  op->connect(route);
  return std::unique_ptr<StreamSocket>(new StreamSocket(std::move(op)));
}

std::unique_ptr<StreamSocket> StreamSocket::adopt(Loop& loop, AcceptedConnection connection,
                                                  const SocketSetup& setup,
                                                  StreamHandlers handlers) {
  auto op = std::make_shared<Op>(loop, std::move(handlers));
  op->adopt(std::move(connection), setup);
  return std::unique_ptr<StreamSocket>(new StreamSocket(std::move(op)));
}

StreamSocket::~StreamSocket() {
  op_->gone = nullptr;
  op_->close();
}

void StreamSocket::write(std::string_view bytes) {
  op_->write(bytes);
}

void StreamSocket::finish(std::function<void()> gone) {
  op_->finish(std::move(gone));
}

const net::SocketAddress& StreamSocket::local() const {
  return op_->local;
}

}  // namespace godwit::io
