// SPDX-License-Identifier: Apache-2.0
#include "io/netlink_socket.h"

#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "io/system_error.h"

namespace godwit::io {
namespace {

constexpr int kWaitMs = 1000;  // the kernel answers at once; this only keeps a bug from hanging us
constexpr int kReceiveBuffer = 1024 * 1024;

sockaddr_nl kernel() {
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  return address;
}

bool readable_soon(int fd) {
  pollfd waiting{fd, POLLIN, 0};
  return ::poll(&waiting, 1, kWaitMs) > 0;
}

}  // namespace

Result<NetlinkSocket> NetlinkSocket::open(std::uint32_t groups) {
  FileDescriptor fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
  if (!fd) return system_failure(last_error(), "netlink socket");
  // A burst of changes must fit; without the privilege to force it, take what is granted.
  if (::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof(int)) != 0) {
    static_cast<void>(::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof(int)));
  }
  sockaddr_nl address = kernel();
  address.nl_groups = groups;
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    return system_failure(last_error(), "netlink socket");
  }
  return NetlinkSocket(std::move(fd));
}

bool NetlinkSocket::send(std::span<const std::byte> request) {
  sockaddr_nl to = kernel();
  return ::sendto(fd_.get(), request.data(), request.size(), 0, reinterpret_cast<sockaddr*>(&to),
                  sizeof to) == static_cast<ssize_t>(request.size());
}

NetlinkSocket::Outcome NetlinkSocket::receive(Wait wait) {
  while (true) {
    sockaddr_nl from{};
    iovec piece{buffer_.data(), buffer_.size()};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    const auto got = ::recvmsg(fd_.get(), &message, MSG_DONTWAIT);
    if (got < 0) {
      if (errno == EINTR) continue;
      if (errno == ENOBUFS) return Outcome::overrun;
      if (errno != EAGAIN) return Outcome::failed;
      if (wait == Wait::no || !readable_soon(fd_.get())) return Outcome::nothing;
      continue;
    }
    if (from.nl_pid != 0) continue;  // another process pretends to be the kernel
    if ((message.msg_flags & MSG_TRUNC) != 0) return Outcome::overrun;
    size_ = static_cast<std::size_t>(got);
    return Outcome::datagram;
  }
}

}  // namespace godwit::io
