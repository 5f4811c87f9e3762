// SPDX-License-Identifier: Apache-2.0
#include "io/udp_control.h"

// The order matters: <linux/errqueue.h> needs struct timespec.
#include <netinet/in.h>
#include <time.h>

#include <linux/errqueue.h>

#include <cstring>

#include "io/sockaddr.h"
#include "io/system_error.h"

namespace godwit::io {
namespace {

constexpr std::uint8_t kIcmpUnreachable = 3;          // RFC 792
constexpr std::uint8_t kIcmpFragmentationNeeded = 4;  // a code of it: not fatal, the path is narrow
constexpr std::uint8_t kIcmpV6Unreachable = 1;        // RFC 4443 §3.1

template <class T>
T payload_of(const cmsghdr& header) {
  T value{};
  std::memcpy(&value, CMSG_DATA(&header), sizeof value);
  return value;
}

template <class T>
void add_control(msghdr& message, ControlBuffer& control, std::pair<int, int> level_and_type,
                 const T& value) {
  std::memset(&control, 0, sizeof control);
  message.msg_control = control.bytes.data();
  message.msg_controllen = CMSG_SPACE(sizeof value);
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = level_and_type.first;
  header->cmsg_type = level_and_type.second;
  header->cmsg_len = CMSG_LEN(sizeof value);
  std::memcpy(CMSG_DATA(header), &value, sizeof value);
}

std::chrono::system_clock::time_point to_system_time(const timespec& time) {
  const auto since_epoch =
      std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
  return std::chrono::system_clock::time_point{since_epoch};
}

bool is_fatal(const sock_extended_err& error) {
  if (error.ee_origin == SO_EE_ORIGIN_ICMP) {
    return error.ee_type == kIcmpUnreachable && error.ee_code != kIcmpFragmentationNeeded;
  }
  return error.ee_origin == SO_EE_ORIGIN_ICMP6 && error.ee_type == kIcmpV6Unreachable;
}

std::error_code set_flag(int fd, int level, int option) {
  const int on = 1;
  return ::setsockopt(fd, level, option, &on, sizeof on) == 0 ? std::error_code{} : last_error();
}

}  // namespace

void set_source(msghdr& message, ControlBuffer& control, const net::IpAddress& source) {
  if (source.is_v4()) {
    in_pktinfo info{};
    info.ipi_spec_dst = to_in_addr(source);
    return add_control(message, control, {IPPROTO_IP, IP_PKTINFO}, info);
  }
  in6_pktinfo info{};
  info.ipi6_addr = to_in6_addr(source);
  info.ipi6_ifindex = source.scope();
  add_control(message, control, {IPPROTO_IPV6, IPV6_PKTINFO}, info);
}

DatagramInfo info_of(msghdr& message) {
  DatagramInfo told;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO) {
      told.destination = from_in_addr(payload_of<in_pktinfo>(*header).ipi_addr);
    } else if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO) {
      const auto info = payload_of<in6_pktinfo>(*header);
      told.destination =
          from_in6_addr(info.ipi6_addr, static_cast<std::uint32_t>(info.ipi6_ifindex));
    } else if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_TIMESTAMPNS) {
      told.stamped = to_system_time(payload_of<timespec>(*header));
    }
  }
  return told;
}

std::optional<std::error_code> fatal_icmp_error(msghdr& message) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    const bool v4 = header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_RECVERR;
    const bool v6 = header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_RECVERR;
    if (!v4 && !v6) continue;
    const auto error = payload_of<sock_extended_err>(*header);
    if (!is_fatal(error)) return std::nullopt;
    return std::error_code{static_cast<int>(error.ee_errno), std::system_category()};
  }
  return std::nullopt;
}

std::error_code prepare_udp(int fd, net::Family family) {
  // Who is not told when a datagram came takes the time when it is read.
  static_cast<void>(set_flag(fd, SOL_SOCKET, SO_TIMESTAMPNS));
  if (family == net::Family::v4) {
    if (const auto error = set_flag(fd, IPPROTO_IP, IP_PKTINFO)) return error;
    return set_flag(fd, IPPROTO_IP, IP_RECVERR);
  }
  // One family per socket: no IPv4-mapped address can come in or go out (dual-stack rule R35).
  if (const auto error = set_flag(fd, IPPROTO_IPV6, IPV6_V6ONLY)) return error;
  if (const auto error = set_flag(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO)) return error;
  return set_flag(fd, IPPROTO_IPV6, IPV6_RECVERR);
}

}  // namespace godwit::io
