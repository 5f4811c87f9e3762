// SPDX-License-Identifier: Apache-2.0
#include "srtp/context.h"

#include <algorithm>
#include <array>

#include "base/assert.h"
#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "crypto/aes.h"
#include "crypto/keyed_hmac.h"
#include "crypto/wipe.h"
#include "rtp/packet.h"
#include "srtp/packet_ssrc.h"
#include "srtp/session_keys.h"

namespace godwit::srtp {
namespace {

using Packet = Context::Packet;
using Bytes = std::span<const std::byte>;

constexpr std::size_t kRtcpHeader = 8;  // in clear (RFC 3711 §3.4)
constexpr std::size_t kRtcpWord = 4;    // flag and index
constexpr std::uint32_t kEncrypted = 1U << 31U;

/// Which packet it is: no two of one key are the same.
struct Place {
  std::uint32_t ssrc = 0;
  std::uint64_t index = 0;  // of 48 bits
};

/// SSRC and index as they go into a vector, the salt laid over them.
template <std::size_t kSize>
std::array<std::uint8_t, kSize> vector_of(Place place, std::size_t at,
                                          std::span<const std::uint8_t> salt) {
  std::array<std::uint8_t, kSize> vector{};
  ByteWriter writer(std::as_writable_bytes(std::span{vector}).subspan(at));
  writer.u32(place.ssrc);
  writer.u16(static_cast<std::uint16_t>(place.index >> 32U));
  writer.u32(static_cast<std::uint32_t>(place.index));
  for (std::size_t i = 0; i < salt.size(); ++i) vector[i] ^= salt[i];
  return vector;
}

/// Zeroed when it goes.
template <std::size_t kSize>
struct Salt {
  explicit Salt(const SessionKeys& keys) { std::copy_n(keys.salt.begin(), kSize, bytes.begin()); }
  ~Salt() { crypto::wipe(bytes); }
  Salt(const Salt&) = delete;
  Salt& operator=(const Salt&) = delete;

  std::array<std::uint8_t, kSize> bytes{};
};

std::array<std::byte, 4> word(std::uint64_t number) {
  std::array<std::byte, 4> bytes{};
  ByteWriter(bytes).u32(static_cast<std::uint32_t>(number));
  return bytes;
}

/// AES in counter mode with HMAC-SHA1 (RFC 3711 §4.1.1, §4.2.1, RFC 6188).
class CounterMode {
 public:
  explicit CounterMode(const SessionKeys& keys)
      : cipher_(keys.cipher_key()), hmac_(keys.authentication), salt_(keys) {}

  [[nodiscard]] bool apply(Place place, Packet body) {
    return cipher_.apply(vector_of<16>(place, 4, salt_.bytes), body);
  }
  /// `more` is authenticated and not sent, as the rollover counter of RTP is.
  void write_tag(Packet tag, Bytes data, Bytes more) {
    const auto value = hmac_.of(data, more);
    std::copy_n(value.begin(), tag.size(), tag.begin());
  }
  [[nodiscard]] bool is_tag(Bytes tag, Bytes data, Bytes more) {
    return hmac_.begins_with(tag, data, more);
  }

 private:
  crypto::AesCounter cipher_;
  crypto::KeyedHmacSha1 hmac_;
  Salt<14> salt_;
};

/// AES-GCM (RFC 7714 §8, §9).
class Gcm {
 public:
  static constexpr std::size_t kTag = crypto::AesGcm::kTagSize;

  explicit Gcm(const SessionKeys& keys) : cipher_(keys.cipher_key()), salt_(keys) {}

  /// The tag goes behind the `body`.
  [[nodiscard]] bool seal(Place place, Bytes clear, Packet body, Packet tag) {
    return cipher_.seal(vector_of<12>(place, 2, salt_.bytes), clear, body, tag.first<kTag>());
  }
  [[nodiscard]] bool open(Place place, Bytes clear, Packet body, Bytes tag) {
    return cipher_.open(vector_of<12>(place, 2, salt_.bytes), clear, body, tag.first<kTag>());
  }

 private:
  crypto::AesGcm cipher_;
  Salt<12> salt_;
};

/// What one protocol uses of a master key: one of the two.
struct Half {
  Half(const MasterKey& master, Protocol protocol) {
    const SessionKeys keys(master, protocol);
    if (is_aead(master.suite())) {
      gcm.emplace(keys);
    } else {
      counter_mode.emplace(keys);
    }
    const auto sizes = sizes_of(master.suite());
    tag = protocol == Protocol::rtp ? sizes.tag : sizes.rtcp_tag;
  }
  std::optional<CounterMode> counter_mode;
  std::optional<Gcm> gcm;
  std::size_t tag = 0;
};

/// How long the header is with CSRC list and extension: they stay in clear (RFC 3711 §3.1). Empty:
/// the packet is shorter.
std::optional<std::size_t> rtp_header_size(Bytes packet) {
  ByteReader reader(packet);
  const unsigned first = reader.u8();
  reader.skip(rtp::kHeaderSize - 1 + std::size_t{4} * (first & 0x0fU));
  if ((first & 0x10U) != 0) {
    reader.skip(2);
    const std::size_t words = reader.u16();
    reader.skip(4 * words);
  }
  if (!reader.ok()) return std::nullopt;
  return packet.size() - reader.left();
}

Place rtp_place(Bytes packet, std::uint64_t index) {
  return {.ssrc = rtp_ssrc(packet), .index = index};
}

Place rtcp_place(Bytes packet, std::uint32_t index) {
  return {.ssrc = rtcp_ssrc(packet), .index = index};
}

/// RTCP's header and the word behind, which AES-GCM authenticates as one.
std::array<std::byte, kRtcpHeader + kRtcpWord> rtcp_clear(Bytes packet, Bytes index_word) {
  std::array<std::byte, kRtcpHeader + kRtcpWord> clear{};
  std::ranges::copy(packet.first(kRtcpHeader), clear.begin());
  std::ranges::copy(index_word, clear.begin() + kRtcpHeader);
  return clear;
}

}  // namespace

struct Context::Keys {
  explicit Keys(const MasterKey& key) : rtp(key, Protocol::rtp), rtcp(key, Protocol::rtcp) {}

  Half rtp;
  Half rtcp;
};

Context::Context() = default;
Context::~Context() = default;
Context::Context(Context&&) noexcept = default;
Context& Context::operator=(Context&&) noexcept = default;

Context::Context(const MasterKey& key) {
  if (key.valid()) keys_ = std::make_unique<Keys>(key);
}

std::optional<std::size_t> Context::protect_rtp(Packet buffer, std::size_t size,
                                                std::uint64_t index) {
  Half& half = keys_->rtp;
  GODWIT_ASSERT(buffer.size() >= size + half.tag);
  const Packet packet = buffer.first(size);
  const auto header = rtp_header_size(packet);
  if (!header) return std::nullopt;
  const Place place = rtp_place(packet, index);
  const Packet body = packet.subspan(*header);
  const Packet tag = buffer.subspan(size, half.tag);
  if (half.gcm) {
    if (!half.gcm->seal(place, packet.first(*header), body, tag)) return std::nullopt;
  } else {
    if (!half.counter_mode->apply(place, body)) return std::nullopt;
    half.counter_mode->write_tag(tag, packet, word(index >> 16U));
  }
  return size + half.tag;
}

std::optional<Packet> Context::unprotect_rtp(Packet packet, std::uint64_t index) {
  Half& half = keys_->rtp;
  if (packet.size() < half.tag) return std::nullopt;
  const Packet bare = packet.first(packet.size() - half.tag);
  const Packet tag = packet.last(half.tag);
  const auto header = rtp_header_size(bare);
  if (!header) return std::nullopt;
  const Place place = rtp_place(bare, index);
  const Packet body = bare.subspan(*header);
  const bool opened = half.gcm ? half.gcm->open(place, bare.first(*header), body, tag)
                               : half.counter_mode->is_tag(tag, bare, word(index >> 16U)) &&
                                     half.counter_mode->apply(place, body);
  return opened ? std::optional(bare) : std::nullopt;
}

// The word stands before the tag of counter mode and behind that of AES-GCM (RFC 3711 §3.4, RFC
// 7714 §9).
std::optional<std::size_t> Context::protect_rtcp(Packet buffer, std::size_t size,
                                                 std::uint32_t index) {
  Half& half = keys_->rtcp;
  GODWIT_ASSERT(index < kEncrypted && buffer.size() >= size + kRtcpWord + half.tag);
  const Packet packet = buffer.first(size);
  if (size < kRtcpHeader) return std::nullopt;
  const Place place = rtcp_place(packet, index);
  const auto index_word = word(kEncrypted | index);
  const Packet body = packet.subspan(kRtcpHeader);
  if (half.gcm) {
    const auto clear = rtcp_clear(packet, index_word);
    if (!half.gcm->seal(place, clear, body, buffer.subspan(size, half.tag))) return std::nullopt;
    std::ranges::copy(index_word, buffer.subspan(size + half.tag).begin());
  } else {
    if (!half.counter_mode->apply(place, body)) return std::nullopt;
    std::ranges::copy(index_word, buffer.subspan(size).begin());
    const auto data = buffer.first(size + kRtcpWord);
    half.counter_mode->write_tag(buffer.subspan(data.size(), half.tag), data, {});
  }
  return size + kRtcpWord + half.tag;
}

std::optional<Packet> Context::unprotect_rtcp(Packet packet) {
  Half& half = keys_->rtcp;
  if (packet.size() < kRtcpHeader + kRtcpWord + half.tag) return std::nullopt;
  const Packet bare = packet.first(packet.size() - kRtcpWord - half.tag);
  const Packet behind = packet.subspan(bare.size());
  const Packet index_word = half.gcm ? behind.last(kRtcpWord) : behind.first(kRtcpWord);
  const Packet tag = half.gcm ? behind.first(half.tag) : behind.last(half.tag);
  const std::uint32_t flag_and_index = ByteReader(index_word).u32();
  // That reports come in clear was not agreed on (RFC 4568 §6.3.2).
  if ((flag_and_index & kEncrypted) == 0) return std::nullopt;
  const Place place = rtcp_place(bare, flag_and_index & ~kEncrypted);
  const Packet body = bare.subspan(kRtcpHeader);
  const bool opened =
      half.gcm ? half.gcm->open(place, rtcp_clear(bare, index_word), body, tag)
               : half.counter_mode->is_tag(tag, packet.first(bare.size() + kRtcpWord), {}) &&
                     half.counter_mode->apply(place, body);
  return opened ? std::optional(bare) : std::nullopt;
}

}  // namespace godwit::srtp
