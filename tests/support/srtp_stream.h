// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

#include "rtp/packet.h"
#include "srtp/incoming.h"
#include "srtp/master_key.h"
#include "srtp/outgoing.h"

namespace godwit::test {

inline constexpr std::size_t kSrtpPayload = 160;
inline constexpr std::array kSrtpSuites{
    srtp::Suite::aes_cm_128_hmac_sha1_80, srtp::Suite::aes_cm_128_hmac_sha1_32,
    srtp::Suite::aes_256_cm_hmac_sha1_80, srtp::Suite::aes_256_cm_hmac_sha1_32,
    srtp::Suite::aead_aes_128_gcm,        srtp::Suite::aead_aes_256_gcm};

/// A key of this suite; another `seed`, another key.
inline srtp::MasterKey srtp_key(srtp::Suite suite, std::uint8_t seed = 1,
                                srtp::KeyIdentifier identifier = {}) {
  const auto sizes = srtp::sizes_of(suite);
  std::vector<std::uint8_t> bytes(sizes.key + sizes.salt);
  std::iota(bytes.begin(), bytes.end(), seed);
  return {suite, bytes, identifier};
}

/// 20 ms of PCMU.
inline std::vector<std::byte> rtp_packet(std::uint32_t ssrc, std::uint16_t sequence) {
  std::vector<std::byte> packet(rtp::kHeaderSize + kSrtpPayload, static_cast<std::byte>(sequence));
  rtp::write_header(
      {.payload_type = 0, .sequence = sequence, .timestamp = sequence * 160U, .ssrc = ssrc},
      packet);
  return packet;
}

/// An empty receiver report.
inline std::vector<std::byte> rtcp_packet(std::uint32_t ssrc) {
  std::vector<std::byte> packet{std::byte{0x80}, std::byte{201}, std::byte{0}, std::byte{1}};
  for (int shift = 24; shift >= 0; shift -= 8)
    packet.push_back(static_cast<std::byte>(ssrc >> static_cast<unsigned>(shift)));
  return packet;
}

/// One who sends SRTP: each packet as it goes over the wire, empty if it must not.
class SrtpSender {
 public:
  SrtpSender(std::uint32_t ssrc, const srtp::MasterKey& key, srtp::KeyLimits limits = {})
      : ssrc_(ssrc), outgoing_(ssrc, limits) {
    outgoing_.use(key);
  }

  std::vector<std::byte> rtp(std::uint16_t sequence) {
    return protect(rtp_packet(ssrc_, sequence));
  }
  std::vector<std::byte> protect(std::vector<std::byte> packet) {
    const std::size_t size = packet.size();
    packet.resize(size + srtp::Outgoing::kMostAdded);
    packet.resize(outgoing_.protect_rtp(packet, size).value_or(0));
    return packet;
  }
  std::vector<std::byte> rtcp() {
    auto packet = rtcp_packet(ssrc_);
    const std::size_t size = packet.size();
    packet.resize(size + srtp::Outgoing::kMostAdded);
    packet.resize(outgoing_.protect_rtcp(packet, size).value_or(0));
    return packet;
  }
  /// Says so many packets that nobody hears.
  void skip(std::uint16_t first, int count) {
    for (int i = 0; i < count; ++i) static_cast<void>(rtp(static_cast<std::uint16_t>(first + i)));
  }
  srtp::Outgoing& outgoing() { return outgoing_; }

 private:
  std::uint32_t ssrc_;
  srtp::Outgoing outgoing_;
};

/// `incoming` opens a copy; what is told of it is of use, its bytes are not.
inline std::optional<srtp::Incoming::Opened> open_rtp(srtp::Incoming& incoming,
                                                      std::vector<std::byte> packet,
                                                      TimePoint now) {
  return incoming.open_rtp(packet, now);
}
inline std::optional<srtp::Incoming::Opened> open_rtcp(srtp::Incoming& incoming,
                                                       std::vector<std::byte> packet,
                                                       TimePoint now) {
  return incoming.open_rtcp(packet, now);
}

}  // namespace godwit::test
