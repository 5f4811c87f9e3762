// SPDX-License-Identifier: Apache-2.0
#include "lab/flood_source.h"

#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <vector>

#include "lab/interrupt.h"
#include "lab/system_error.h"

namespace godwit::lab {

std::string forged_invite(std::uint64_t number, const std::string& source) {
  const auto n = std::to_string(number);
  const std::string body = "v=0\r\no=m 1 1 IN IP4 " + source + "\r\ns=-\r\nc=IN IP4 " + source +
                           "\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";
  return "INVITE sip:alice@10.1.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP " + source +
         ";branch=z9hG4bKflood" + n + "\r\nFrom: <sip:mallory@" + source + ">;tag=" + n +
         "\r\nTo: <sip:alice@godwit.test>\r\nCall-ID: flood-" + n + '@' + source +
         "\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContact: <sip:mallory@" + source +
         ">\r\nContent-Type: application/sdp\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

Result<void> FloodSource::start(const NetNamespace& where, const net::SocketAddress& target,
                                FloodRate rate, std::uint64_t seed) {
  target_ = target;
  random_.seed(seed);
  auto opened = where.inside([this]() -> Result<void> {
    socket_ = UniqueFd(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW));
    if (!socket_.valid()) return system_failure("open a raw socket");
    return {};
  });
  if (!opened) return opened;
  thread_ = std::thread([this, rate] { loop(rate); });
  return {};
}

void FloodSource::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

// Every five milliseconds what is due by then: a thread cannot sleep for 45 us.
void FloodSource::loop(FloodRate rate) {
  const auto begin = std::chrono::steady_clock::now();
  while (!stopping_) {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
    const auto junk_due = static_cast<std::uint64_t>(passed.count() * rate.junk);
    const auto invites_due = static_cast<std::uint64_t>(passed.count() * rate.invites);
    std::string bytes(300, '\0');
    for (; junk_ < junk_due && !stopping_; ++junk_) {
      for (char& byte : bytes) byte = static_cast<char>(random_() & 0xFFU);
      send(forged_source(), bytes);
    }
    for (; invites_ < invites_due && !stopping_; ++invites_) {
      const auto source = forged_source();
      send(source, forged_invite(invites_ + 1, source));
    }
    if (!pause_ms(5)) return;
  }
}

std::string FloodSource::forged_source() {
  return "10.8.0." + std::to_string(129 + random_() % 120);
}

void FloodSource::send(const std::string& source, const std::string& bytes) const {
  std::vector<char> packet(sizeof(iphdr) + sizeof(udphdr) + bytes.size());
  iphdr ip{};
  ip.version = 4;
  ip.ihl = 5;
  ip.ttl = 64;
  ip.protocol = IPPROTO_UDP;
  ::inet_pton(AF_INET, source.c_str(), &ip.saddr);
  ::inet_pton(AF_INET, net::to_string(target_.address).c_str(), &ip.daddr);
  udphdr udp{};
  udp.source = htons(5060);
  udp.dest = htons(target_.port);
  udp.len = htons(static_cast<std::uint16_t>(sizeof udp + bytes.size()));
  // The kernel fills in the IP checksum and length; UDP's may be left out (RFC 768).
  std::memcpy(packet.data(), &ip, sizeof ip);
  std::memcpy(packet.data() + sizeof ip, &udp, sizeof udp);
  std::copy(bytes.begin(), bytes.end(), packet.begin() + sizeof ip + sizeof udp);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = ip.daddr;
  // A full queue drops it: that is the flood's loss.
  static_cast<void>(::sendto(socket_.get(), packet.data(), packet.size(), MSG_DONTWAIT,
                             reinterpret_cast<const sockaddr*>(&to), sizeof to));
}

}  // namespace godwit::lab
