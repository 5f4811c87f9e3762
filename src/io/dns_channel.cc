// SPDX-License-Identifier: Apache-2.0
#include "io/dns_channel.h"

#include <ares.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <utility>

#include "io/fd_watch.h"
#include "io/sockaddr.h"
#include "io/timer.h"
#include "net/dns_message.h"

namespace godwit::io {
namespace {

// A dead first server costs this much; a slow one is still listened to while others are asked.
// c-ares doubles it each time all have been asked: 0.4, 0.8, 1.6, 3.2 s.
constexpr int kFirstTryMs = 400;
constexpr int kTries = 4;

// c-ares wants to be told once that it is used; on Linux this does next to nothing.
bool library_ready() {
  static const bool ready = ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS;
  return ready;
}

bool set_servers(ares_channel channel, const std::vector<net::SocketAddress>& servers) {
  std::vector<ares_addr_port_node> nodes(servers.size());
  for (std::size_t i = 0; i < servers.size(); ++i) {
    ares_addr_port_node& node = nodes[i];
    node.next = i + 1 < nodes.size() ? &nodes[i + 1] : nullptr;
    node.family = system_family(servers[i].family());
    const auto bytes = servers[i].address.bytes();
    std::memcpy(&node.addr, bytes.data(), std::min(bytes.size(), sizeof node.addr));
    node.udp_port = servers[i].port;
    node.tcp_port = servers[i].port;
  }
  return !nodes.empty() && ares_set_servers_ports(channel, nodes.data()) == ARES_SUCCESS;
}

}  // namespace

struct DnsChannel::Op : std::enable_shared_from_this<DnsChannel::Op> {
  struct Socket {
    bool datagrams = false;
    std::optional<net::SocketAddress> server;
  };

  Op(Loop& l, std::vector<net::SocketAddress> s, SocketHook hook, Done d)
      : loop(l), servers(std::move(s)), on_socket(std::move(hook)), done(std::move(d)) {}
  ~Op() { shut(); }

  Loop& loop;
  std::vector<net::SocketAddress> servers;
  SocketHook on_socket;
  Done done;
  ares_channel channel = nullptr;
  std::map<int, Socket> sockets;
  std::map<int, FdWatch> watches;
  std::optional<Timer> tick;                // when c-ares wants to be woken
  std::optional<net::SocketAddress> heard;  // the server whose socket is being read
  std::optional<Reply> reply;

  void start(const std::string& message);
  bool open();
  void watch(int fd, bool readable, bool writable);
  void process(int fd);
  void arm_tick();
  void finish();
  void shut();

  // What c-ares calls instead of the system.
  int open_socket(int family, int type, int protocol);
  int close_socket(int fd);
  int connect_socket(int fd, const sockaddr* address, socklen_t size);
  ssize_t receive(int fd, void* room, std::size_t size, int flags, sockaddr* from,
                  socklen_t* length);
};

namespace {

// c-ares' C functions, each with the operation as its last argument.
template <class Op>
const ares_socket_functions& socket_functions() {
  static const ares_socket_functions functions{
      [](int family, int type, int protocol, void* op) {
        return static_cast<Op*>(op)->open_socket(family, type, protocol);
      },
      [](ares_socket_t fd, void* op) { return static_cast<Op*>(op)->close_socket(fd); },
      [](ares_socket_t fd, const sockaddr* address, ares_socklen_t size, void* op) {
        return static_cast<Op*>(op)->connect_socket(fd, address, size);
      },
      [](ares_socket_t fd, void* room, std::size_t size, int flags, sockaddr* from,
         ares_socklen_t* length,
         void* op) { return static_cast<Op*>(op)->receive(fd, room, size, flags, from, length); },
      [](ares_socket_t fd, const iovec* parts, int count, void*) {
        msghdr message{};
        message.msg_iov = const_cast<iovec*>(parts);
        message.msg_iovlen = static_cast<std::size_t>(count);
        return ::sendmsg(fd, &message, MSG_NOSIGNAL);
      }};
  return functions;
}

}  // namespace

void DnsChannel::Op::start(const std::string& message) {
  tick.emplace(loop, [weak = weak_from_this()] {
    if (const auto op = weak.lock()) op->process(ARES_SOCKET_BAD);
  });
  if (open()) {
    const auto on_reply = [](void* self, int status, int, unsigned char* bytes, int size) {
      // While the channel is taken down nobody is left to hear of it.
      if (status == ARES_EDESTRUCTION) return;
      auto& op = *static_cast<Op*>(self);
      op.reply.emplace();
      if (status != ARES_SUCCESS || bytes == nullptr || size <= 0) return;
      op.reply->bytes.assign(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
      op.reply->server = op.heard;
    };
    ares_send(channel, reinterpret_cast<const unsigned char*>(message.data()),
              static_cast<int>(message.size()), on_reply, this);
    if (!reply) return arm_tick();
  }
  // No server can be reached, which is told from the loop as all else.
  loop.post([weak = weak_from_this()] {
    if (const auto op = weak.lock()) op->finish();
  });
}

// Everything is set here, so that no file or variable of the environment has a say.
bool DnsChannel::Op::open() {
  if (!library_ready()) return false;
  char only_dns[] = "b";
  char no_file[] = "/dev/null";
  ares_options options{};
  options.flags = ARES_FLAG_EDNS | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
  options.ednspsz = net::kDnsDatagramBytes;
  options.timeout = kFirstTryMs;
  options.tries = kTries;
  options.lookups = only_dns;
  options.resolvconf_path = no_file;
  options.sock_state_cb_data = this;
  options.sock_state_cb = [](void* self, ares_socket_t fd, int readable, int writable) {
    static_cast<Op*>(self)->watch(fd, readable != 0, writable != 0);
  };
  const int mask = ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
                   ARES_OPT_LOOKUPS | ARES_OPT_RESOLVCONF | ARES_OPT_DOMAINS | ARES_OPT_NOROTATE |
                   ARES_OPT_SOCK_STATE_CB;
  if (ares_init_options(&channel, &options, mask) != ARES_SUCCESS) {
    channel = nullptr;
    return false;
  }
  ares_set_socket_functions(channel, &socket_functions<Op>(), this);
  return set_servers(channel, servers);
}

void DnsChannel::Op::watch(int fd, bool readable, bool writable) {
  watches.erase(fd);
  if (!readable && !writable) return;
  const auto what = !writable  ? FdWatch::For::reading
                    : readable ? FdWatch::For::both
                               : FdWatch::For::writing;
  auto ready = [weak = weak_from_this(), fd] {
    if (const auto op = weak.lock()) op->process(fd);
  };
  // Without a watch c-ares runs into its own time-out and goes on with the next server.
  if (auto started = FdWatch::start(loop, fd, std::move(ready), what)) {
    watches.emplace(fd, std::move(*started));
  }
}

void DnsChannel::Op::process(int fd) {
  if (channel == nullptr) return;
  const auto socket = sockets.find(fd);
  heard = socket == sockets.end() ? std::nullopt : socket->second.server;
  ares_process_fd(channel, fd, fd);
  if (reply) return finish();
  arm_tick();
}

void DnsChannel::Op::arm_tick() {
  timeval left{};
  if (ares_timeout(channel, nullptr, &left) == nullptr) return tick->arm(std::nullopt);
  tick->arm(loop.now() + std::chrono::seconds{left.tv_sec} +
            std::chrono::microseconds{left.tv_usec});
}

void DnsChannel::Op::finish() {
  if (!done) return;
  shut();
  std::exchange(done, nullptr)(std::move(reply).value_or(Reply{}));
}

void DnsChannel::Op::shut() {
  tick.reset();
  // Closing its sockets calls `watch` back, which takes the watches away first.
  if (channel != nullptr) ares_destroy(std::exchange(channel, nullptr));
  watches.clear();
}

int DnsChannel::Op::open_socket(int family, int type, int protocol) {
  const int fd = ::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
  if (fd < 0) return ARES_SOCKET_BAD;
  sockets[fd] = {type == SOCK_DGRAM, std::nullopt};
  if (on_socket) on_socket(fd, SocketUse::dns);
  return fd;
}

int DnsChannel::Op::close_socket(int fd) {
  sockets.erase(fd);
  return ::close(fd);
}

// c-ares drops the scope of a link-local server, without which there is no way to it.
int DnsChannel::Op::connect_socket(int fd, const sockaddr* address, socklen_t size) {
  SystemAddress wanted;
  std::memcpy(&wanted.storage, address, std::min<std::size_t>(size, sizeof wanted.storage));
  const auto plain = from_system(wanted);
  const auto server =
      std::find_if(servers.begin(), servers.end(), [&](const net::SocketAddress& known) {
        return plain && known.port == plain->port &&
               std::ranges::equal(known.address.bytes(), plain->address.bytes());
      });
  if (server == servers.end()) {
    errno = EADDRNOTAVAIL;
    return -1;
  }
  sockets[fd].server = *server;
  const SystemAddress system = to_system(*server);
  return ::connect(fd, system.get(), system.size);
}

ssize_t DnsChannel::Op::receive(int fd, void* room, std::size_t size, int flags, sockaddr* from,
                                socklen_t* length) {
  const ssize_t count = ::recvfrom(fd, room, size, flags, from, length);
  if (count != 0 || !sockets[fd].datagrams) return count;
  errno = EAGAIN;  // an empty datagram is no end of anything, as c-ares would have it
  return -1;
}

DnsChannel::DnsChannel(Loop& loop, std::vector<net::SocketAddress> servers,
                       const SocketHook& on_socket, const std::string& message, Done done)
    : op_(std::make_shared<Op>(loop, std::move(servers), on_socket, std::move(done))) {
  op_->start(message);
}

DnsChannel::~DnsChannel() {
  op_->done = nullptr;
  op_->shut();
}

}  // namespace godwit::io
