// SPDX-License-Identifier: Apache-2.0
#include "lab/capture.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstring>

#include "lab/clock.h"
#include "lab/system_error.h"

namespace godwit::lab {
namespace {

constexpr int kBufferBytes = 8 << 20;
constexpr int kPollMs = 50;

// SOCK_DGRAM: the kernel strips the Ethernet header, so that TUN and veth look alike.
Result<UniqueFd> open_packet_socket() {
  UniqueFd fd(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(ETH_P_ALL)));
  if (!fd.valid()) return system_failure("open a packet socket");
  const int one = 1;
  if (::setsockopt(fd.get(), SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one) != 0) {
    return system_failure("ask for kernel time stamps");
  }
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kBufferBytes, sizeof kBufferBytes);
  return fd;
}

std::int64_t kernel_time(msghdr& message) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec stamp{};
    std::memcpy(&stamp, CMSG_DATA(c), sizeof stamp);
    return static_cast<std::int64_t>(stamp.tv_sec) * kNsPerSecond + stamp.tv_nsec;
  }
  return read_clock(CLOCK_REALTIME);
}

}  // namespace

Capture::~Capture() {
  stop();
}

Result<void> Capture::start(const NetNamespace& where) {
  return where.inside([this] { return start(); });
}

Result<void> Capture::start() {
  auto fd = open_packet_socket();
  if (!fd) return tl::unexpected(fd.error());
  socket_ = std::move(*fd);
  thread_ = std::thread([this] { loop(); });
  return {};
}

void Capture::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

std::vector<CapturedPacket> Capture::packets(std::size_t first) const {
  const std::lock_guard lock(mutex_);
  if (first >= packets_.size()) return {};
  return {packets_.begin() + static_cast<std::ptrdiff_t>(first), packets_.end()};
}

bool Capture::take_one() {
  std::array<std::uint8_t, 65536> buffer;
  std::array<char, 256> control;
  sockaddr_ll from{};
  iovec part{buffer.data(), buffer.size()};
  msghdr message{};
  message.msg_name = &from;
  message.msg_namelen = sizeof from;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t size = ::recvmsg(socket_.get(), &message, 0);
  if (size < 0) return false;
  if (from.sll_hatype == ARPHRD_LOOPBACK) return true;
  CapturedPacket packet{kernel_time(message),
                        static_cast<std::uint32_t>(from.sll_ifindex),
                        ntohs(from.sll_protocol),
                        from.sll_hatype,
                        static_cast<PacketWay>(from.sll_pkttype),
                        std::vector<std::uint8_t>(buffer.begin(), buffer.begin() + size)};
  const std::lock_guard lock(mutex_);
  packets_.push_back(std::move(packet));
  return true;
}

void Capture::loop() {
  while (!stopping_) {
    pollfd wait{socket_.get(), POLLIN, 0};
    if (::poll(&wait, 1, kPollMs) <= 0) continue;
    while (take_one()) {
    }
  }
  while (take_one()) {
  }
}

}  // namespace godwit::lab
