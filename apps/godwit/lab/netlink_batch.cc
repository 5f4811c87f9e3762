// SPDX-License-Identifier: Apache-2.0
#include "lab/netlink_batch.h"

#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sys/socket.h>

#include <cstring>
#include <limits>

#include "lab/system_error.h"

namespace godwit::lab {
namespace {

std::uint8_t family_of(const net::IpAddress& address) {
  return address.is_v4() ? AF_INET : AF_INET6;
}

constexpr std::uint16_t kAdd = NLM_F_CREATE | NLM_F_REPLACE;

}  // namespace

void NetlinkBatch::append(const void* data, std::size_t size) {
  const auto* const from = static_cast<const char*>(data);
  bytes_.insert(bytes_.end(), from, from + size);
  bytes_.resize(bytes_.size() + NLMSG_ALIGN(size) - size);
  auto* const header = reinterpret_cast<nlmsghdr*>(bytes_.data() + starts_.back());
  header->nlmsg_len = static_cast<std::uint32_t>(bytes_.size() - starts_.back());
}

nlmsghdr* NetlinkBatch::begin(std::uint16_t type, std::uint16_t flags, const void* head,
                              std::size_t size) {
  starts_.push_back(bytes_.size());
  bytes_.resize(bytes_.size() + sizeof(nlmsghdr));
  append(head, size);
  auto* const header = reinterpret_cast<nlmsghdr*>(bytes_.data() + starts_.back());
  header->nlmsg_type = type;
  header->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
  return header;
}

void NetlinkBatch::attribute(std::uint16_t type, const void* data, std::size_t size) {
  rtattr head{static_cast<std::uint16_t>(RTA_LENGTH(size)), type};
  std::vector<char> whole(RTA_LENGTH(size));
  std::memcpy(whole.data(), &head, sizeof head);
  if (size > 0) std::memcpy(whole.data() + RTA_LENGTH(0), data, size);
  append(whole.data(), whole.size());
}

void NetlinkBatch::attribute(std::uint16_t type, const net::IpAddress& address) {
  attribute(type, address.bytes().data(), address.bytes().size());
}

std::size_t NetlinkBatch::open_nest(std::uint16_t type) {
  const std::size_t at = bytes_.size();
  attribute(type, nullptr, 0);
  return at;
}

void NetlinkBatch::close_nest(std::size_t at) {
  auto* const head = reinterpret_cast<rtattr*>(bytes_.data() + at);
  head->rta_len = static_cast<std::uint16_t>(bytes_.size() - at);
}

void NetlinkBatch::link_flags(int device, bool up) {
  ifinfomsg head{};
  head.ifi_family = AF_UNSPEC;
  head.ifi_index = device;
  head.ifi_flags = up ? static_cast<unsigned>(IFF_UP) : 0U;
  head.ifi_change = IFF_UP;
  begin(RTM_NEWLINK, 0, &head, sizeof head);
  names_.emplace_back(up ? "link up" : "link down");
}

NetlinkBatch& NetlinkBatch::set_link_up(int device) {
  link_flags(device, true);
  return *this;
}

NetlinkBatch& NetlinkBatch::set_link_down(int device) {
  link_flags(device, false);
  return *this;
}

void NetlinkBatch::address(std::uint16_t type, int device, const net::IpAddress& address,
                           std::uint8_t prefix_length) {
  ifaddrmsg head{};
  head.ifa_family = family_of(address);
  head.ifa_prefixlen = prefix_length;
  head.ifa_index = static_cast<std::uint32_t>(device);
  begin(type, type == RTM_NEWADDR ? kAdd : std::uint16_t{0}, &head, sizeof head);
  attribute(IFA_LOCAL, address);
  attribute(IFA_ADDRESS, address);
  if (!address.is_v4()) attribute(IFA_FLAGS, std::uint32_t{IFA_F_NODAD});
  names_.push_back((type == RTM_NEWADDR ? "add address " : "remove address ") + to_string(address));
}

NetlinkBatch& NetlinkBatch::add_address(int device, const net::IpAddress& which,
                                        std::uint8_t prefix_length) {
  address(RTM_NEWADDR, device, which, prefix_length);
  return *this;
}

NetlinkBatch& NetlinkBatch::deprecate_address(int device, const net::IpAddress& which,
                                              std::uint8_t prefix_length) {
  address(RTM_NEWADDR, device, which, prefix_length);
  const ifa_cacheinfo lifetimes{.ifa_prefered = 0,
                                .ifa_valid = std::numeric_limits<std::uint32_t>::max(),
                                .cstamp = 0,
                                .tstamp = 0};
  attribute(IFA_CACHEINFO, &lifetimes, sizeof lifetimes);
  names_.back() = "deprecate address " + to_string(which);
  return *this;
}

NetlinkBatch& NetlinkBatch::remove_address(int device, const net::IpAddress& which,
                                           std::uint8_t prefix_length) {
  address(RTM_DELADDR, device, which, prefix_length);
  return *this;
}

void NetlinkBatch::route(std::uint16_t type, const RouteSpec& spec) {
  rtmsg head{};
  head.rtm_family = family_of(spec.destination);
  head.rtm_dst_len = spec.prefix_length;
  head.rtm_table = RT_TABLE_UNSPEC;
  head.rtm_protocol = RTPROT_STATIC;
  head.rtm_scope = spec.gateway.is_unspecified() ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
  head.rtm_type = RTN_UNICAST;
  if (type == RTM_DELROUTE) head.rtm_scope = RT_SCOPE_NOWHERE;
  begin(type, type == RTM_NEWROUTE ? kAdd : std::uint16_t{0}, &head, sizeof head);
  if (spec.prefix_length > 0) attribute(RTA_DST, spec.destination);
  if (!spec.gateway.is_unspecified()) attribute(RTA_GATEWAY, spec.gateway);
  attribute(RTA_OIF, static_cast<std::uint32_t>(spec.device));
  attribute(RTA_TABLE, spec.table);
  if (spec.metric > 0) attribute(RTA_PRIORITY, spec.metric);
  if (!spec.source.is_unspecified()) attribute(RTA_PREFSRC, spec.source);
  names_.push_back((type == RTM_NEWROUTE ? "add route to " : "remove route to ") +
                   to_string(spec.destination) + "/" + std::to_string(spec.prefix_length));
}

NetlinkBatch& NetlinkBatch::add_route(const RouteSpec& spec) {
  route(RTM_NEWROUTE, spec);
  return *this;
}

NetlinkBatch& NetlinkBatch::remove_route(const RouteSpec& spec) {
  route(RTM_DELROUTE, spec);
  return *this;
}

void NetlinkBatch::rule(std::uint16_t type, const net::IpAddress& source, std::uint32_t table) {
  fib_rule_hdr head{};
  head.family = family_of(source);
  head.src_len = static_cast<std::uint8_t>(source.bytes().size() * 8);
  head.action = FR_ACT_TO_TBL;
  begin(type, type == RTM_NEWRULE ? kAdd : std::uint16_t{0}, &head, sizeof head);
  attribute(FRA_SRC, source);
  attribute(FRA_TABLE, table);
  attribute(FRA_PRIORITY, table);
  names_.push_back((type == RTM_NEWRULE ? "add rule for " : "remove rule for ") +
                   to_string(source));
}

NetlinkBatch& NetlinkBatch::add_source_rule(const net::IpAddress& source, std::uint32_t table) {
  rule(RTM_NEWRULE, source, table);
  return *this;
}

NetlinkBatch& NetlinkBatch::remove_source_rule(const net::IpAddress& source, std::uint32_t table) {
  rule(RTM_DELRULE, source, table);
  return *this;
}

NetlinkBatch& NetlinkBatch::add_veth(const std::string& name, const std::string& peer,
                                     int peer_namespace) {
  ifinfomsg head{};
  begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &head, sizeof head);
  attribute(IFLA_IFNAME, name.c_str(), name.size() + 1);
  const std::size_t info = open_nest(IFLA_LINKINFO);
  attribute(IFLA_INFO_KIND, "veth", 5);
  const std::size_t data = open_nest(IFLA_INFO_DATA);
  const std::size_t peer_at = open_nest(VETH_INFO_PEER);
  append(&head, sizeof head);
  attribute(IFLA_IFNAME, peer.c_str(), peer.size() + 1);
  attribute(IFLA_NET_NS_FD, static_cast<std::uint32_t>(peer_namespace));
  close_nest(peer_at);
  close_nest(data);
  close_nest(info);
  names_.push_back("add veth " + name);
  return *this;
}

Result<NetlinkSocket> NetlinkSocket::open() {
  UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!fd.valid()) return system_failure("open a netlink socket");
  return NetlinkSocket(std::move(fd));
}

Result<void> NetlinkSocket::commit(NetlinkBatch& batch) {
  if (batch.empty()) return {};
  for (const std::size_t at : batch.starts_) {
    reinterpret_cast<nlmsghdr*>(batch.bytes_.data() + at)->nlmsg_seq = sequence_++;
  }
  if (::send(fd_.get(), batch.bytes_.data(), batch.bytes_.size(), 0) < 0) {
    return system_failure("netlink: " + batch.names_.front());
  }
  return read_answers(batch);
}

Result<void> NetlinkSocket::read_answers(const NetlinkBatch& batch) {
  Result<void> result;
  const std::uint32_t first = sequence_ - static_cast<std::uint32_t>(batch.starts_.size());
  std::size_t answered = 0;
  alignas(nlmsghdr) char buffer[16384];
  while (answered < batch.starts_.size()) {
    const ssize_t size = ::recv(fd_.get(), buffer, sizeof buffer, 0);
    if (size < 0) return system_failure("netlink answer");
    auto left = static_cast<unsigned>(size);
    for (auto* head = reinterpret_cast<nlmsghdr*>(buffer); NLMSG_OK(head, left);
         head = NLMSG_NEXT(head, left)) {
      if (head->nlmsg_type != NLMSG_ERROR) continue;
      ++answered;
      const auto* const error = static_cast<const nlmsgerr*>(NLMSG_DATA(head));
      const std::size_t which = head->nlmsg_seq - first;
      if (error->error == 0 || !result || which >= batch.names_.size()) continue;
      result = system_failure("netlink: " + batch.names_[which], -error->error);
    }
  }
  return result;
}

}  // namespace godwit::lab
