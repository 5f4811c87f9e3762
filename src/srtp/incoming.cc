// SPDX-License-Identifier: Apache-2.0
#include "srtp/incoming.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/byte_reader.h"
#include "base/limits.h"
#include "rtp/packet.h"
#include "srtp/context.h"
#include "srtp/packet_index.h"
#include "srtp/replay_window.h"

namespace godwit::srtp {
namespace {

using Packet = std::span<std::byte>;
using Opened = Incoming::Opened;

constexpr std::uint64_t kHalfRound = kRound / 2;
constexpr std::size_t kRtcpHeader = 8;
constexpr std::size_t kRtcpIndex = 4;
constexpr int kRolledTries = 16;

/// What was heard of one SSRC.
struct Stream {
  std::uint32_t ssrc = 0;
  ReplayWindow rtp;
  ReplayWindow rtcp;
  std::uint64_t first_rtp = 0;  // where it began for us
  std::uint64_t first_rtcp = 0;

  [[nodiscard]] bool has_rolled_over() const { return rtp.newest().value_or(0) >= kRound; }
};

/// The head of a protected packet, in clear.
struct Head {
  std::uint32_t ssrc = 0;
  std::uint32_t number = 0;  // sequence number, or SRTCP's index

  [[nodiscard]] std::uint16_t sequence() const { return static_cast<std::uint16_t>(number); }
};

/// The counters of one key, from where they began.
struct Life {
  explicit Life(const MasterKey& key) : context(key) {}

  [[nodiscard]] Stream* find(std::uint32_t ssrc) {
    const auto stream = std::ranges::find(streams, ssrc, &Stream::ssrc);
    return stream == streams.end() ? nullptr : &*stream;
  }
  [[nodiscard]] bool knows_or_has_room_for(std::uint32_t ssrc) {
    return find(ssrc) != nullptr || streams.size() < limits::kSrtpSources;
  }
  [[nodiscard]] Stream& get(std::uint32_t ssrc) {
    if (Stream* const stream = find(ssrc)) return *stream;
    return streams.emplace_back(Stream{.ssrc = ssrc});
  }
  [[nodiscard]] bool is_youngest(const Stream& stream) const { return &stream == &streams.back(); }

  Context context;
  std::vector<Stream> streams;  // in the order in which they began
};

/// A key and the lives of its counters: the one that it began with, and those of a far end that
/// began anew under it.
struct Key {
  explicit Key(const MasterKey& master_key) : key(master_key), life(key) {}

  MasterKey key;
  TimePoint until = TimePoint::max();
  Life life;
  std::optional<Life> after_reset;
  std::optional<Life> reset_candidate;
  int reset_packets_left = 0;
  int rolled_tries = 0;
};

std::optional<Head> rtp_head(std::span<const std::byte> packet) {
  if (packet.size() < rtp::kHeaderSize || packet.size() > limits::kSrtpPacketBytes)
    return std::nullopt;
  ByteReader reader(packet);
  if (reader.u8() >> 6U != 2) return std::nullopt;
  reader.skip(1);
  const std::uint16_t sequence = reader.u16();
  reader.skip(4);
  return Head{.ssrc = reader.u32(), .number = sequence};
}

/// SRTCP tells its index itself, before the tag of a counter-mode suite and behind AES-GCM's (RFC
/// 3711 §3.4, RFC 7714 §9).
std::optional<Head> rtcp_head(std::span<const std::byte> packet, const MasterKey& key) {
  const std::size_t tag = sizes_of(key.suite()).rtcp_tag;
  const std::size_t identifier = key.identifier().length;
  if (packet.size() < kRtcpHeader + kRtcpIndex + tag + identifier) return std::nullopt;
  const std::size_t behind = identifier + (is_aead(key.suite()) ? 0 : tag);
  ByteReader front(packet.subspan(4));
  ByteReader back(packet.subspan(packet.size() - behind - kRtcpIndex));
  return Head{.ssrc = front.u32(), .number = back.u32() & 0x7fff'ffffU};
}

/// Takes the key's identifier out, which stands before a counter-mode suite's tag and at the end
/// with AES-GCM. It is not authentic: nothing but which key it is depends on it.
std::optional<Packet> without_identifier(Packet packet, const MasterKey& key, std::size_t tag) {
  const auto& identifier = key.identifier();
  if (identifier.length == 0) return packet;
  const std::size_t behind = is_aead(key.suite()) ? 0 : tag;
  if (packet.size() < rtp::kHeaderSize + identifier.length + behind) return std::nullopt;
  const auto place = packet.last(identifier.length + behind);
  std::uint64_t rest = identifier.value;
  for (std::size_t at = identifier.length; at > 0; --at, rest >>= 8U) {
    if (place[at - 1] != static_cast<std::byte>(rest & 0xffU)) return std::nullopt;
  }
  std::ranges::copy(place.subspan(identifier.length), place.begin());
  return packet.first(packet.size() - identifier.length);
}

}  // namespace

struct Incoming::State {
  void forget_old_keys(TimePoint now) {
    std::erase_if(keys, [now](const Key& key) { return key.until <= now; });
  }
  void keep(std::span<const std::byte> packet) { std::ranges::copy(packet, kept.begin()); }
  /// The packet as it came, less the key's identifier: a try that failed may have destroyed it.
  std::optional<Packet> as_it_came(Packet packet, const MasterKey& key, std::size_t tag) const {
    std::ranges::copy(std::span{kept}.first(packet.size()), packet.begin());
    return without_identifier(packet, key, tag);
  }
  [[nodiscard]] bool is_youngest_heard(const Key& key) const;
  [[nodiscard]] bool may_have_rolled_over(const Key& key, const Head& head) const;

  std::optional<Opened> open_rtp(Key& key, const Head& head, Packet packet);
  std::optional<Opened> try_rtp(Key& key, Life& life, const Head& head, Packet packet);
  std::optional<Opened> try_rolled_over(Key& key, const Head& head, Packet packet);
  std::optional<Opened> try_reset(Key& key, const Head& head, Packet packet);
  Opened note_rtp(Key& key, Life& life, std::uint64_t index, Packet packet, std::uint32_t ssrc);
  std::optional<Opened> open_rtcp(Key& key, Packet packet);
  std::optional<Opened> try_rtcp(Key& key, Life& life, const Head& head, Packet packet);

  std::vector<Key> keys;  // the one in use first, then the younger before the older
  std::array<std::byte, limits::kSrtpPacketBytes> kept{};
  std::uint64_t refused = 0;
};

bool Incoming::State::is_youngest_heard(const Key& key) const {
  const auto heard =
      std::ranges::find_if(keys, [](const Key& k) { return !k.life.streams.empty(); });
  return heard == keys.end() || &*heard == &key;
}

Opened Incoming::State::note_rtp(Key& key, Life& life, std::uint64_t index, Packet packet,
                                 std::uint32_t ssrc) {
  Stream& stream = life.get(ssrc);
  if (!stream.rtp.newest()) stream.first_rtp = index;
  const bool higher = stream.rtp.note(index);
  if (key.reset_candidate && &life != &*key.reset_candidate && --key.reset_packets_left == 0) {
    key.reset_candidate.reset();
  }
  return {.packet = packet,
          .index = index,
          .newest = higher && life.is_youngest(stream) && is_youngest_heard(key),
          .reset = &life != &key.life,
          .tag = sizes_of(key.key.suite()).tag * 8};
}

std::optional<Opened> Incoming::State::try_rtp(Key& key, Life& life, const Head& head,
                                               Packet packet) {
  if (!life.knows_or_has_room_for(head.ssrc)) return std::nullopt;
  const Stream* const stream = life.find(head.ssrc);
  const auto index =
      index_of(head.sequence(), stream != nullptr ? stream->rtp.newest() : std::nullopt);
  if (stream != nullptr && !stream->rtp.is_new(index)) return std::nullopt;
  const auto bare = as_it_came(packet, key.key, sizes_of(key.key.suite()).tag);
  const auto opened = bare ? life.context.unprotect_rtp(*bare, index) : std::nullopt;
  if (!opened) return std::nullopt;
  return note_rtp(key, life, index, *opened, head.ssrc);
}

/// A new key's first packets were lost, and its counter has passed a rollover meanwhile: the
/// sequence numbers of the key before it show that.
bool Incoming::State::may_have_rolled_over(const Key& key, const Head& head) const {
  if (head.number >= kHalfRound || key.rolled_tries == kRolledTries) return false;
  const auto knows = [&](const Stream& stream) {
    const auto newest = stream.rtp.newest();
    return stream.ssrc == head.ssrc && newest && *newest % kRound >= kHalfRound;
  };
  return std::ranges::none_of(key.life.streams,
                              [&](const Stream& s) { return s.ssrc == head.ssrc; }) &&
         std::any_of(&key + 1, keys.data() + keys.size(), [&](const Key& older) {
           return std::ranges::any_of(older.life.streams, knows);
         });
}

std::optional<Opened> Incoming::State::try_rolled_over(Key& key, const Head& head, Packet packet) {
  if (!may_have_rolled_over(key, head)) return std::nullopt;
  if (!key.life.knows_or_has_room_for(head.ssrc)) return std::nullopt;
  ++key.rolled_tries;
  const auto bare = as_it_came(packet, key.key, sizes_of(key.key.suite()).tag);
  const std::uint64_t index = kRound + head.sequence();
  const auto opened = bare ? key.life.context.unprotect_rtp(*bare, index) : std::nullopt;
  if (!opened) return std::nullopt;
  return note_rtp(key, key.life, index, *opened, head.ssrc);
}

/// Only of a stream that has a counter to lose. What proves the reset makes it last.
std::optional<Opened> Incoming::State::try_reset(Key& key, const Head& head, Packet packet) {
  if (!key.reset_candidate) return std::nullopt;
  const Stream* const before = key.life.find(head.ssrc);
  const bool rolled = before != nullptr && before->has_rolled_over();
  const bool reset_before = key.after_reset && key.after_reset->find(head.ssrc) != nullptr;
  if (!rolled && !reset_before) return std::nullopt;
  auto opened = try_rtp(key, *key.reset_candidate, head, packet);
  if (opened) key.after_reset = std::exchange(key.reset_candidate, std::nullopt);
  return opened;
}

std::optional<Opened> Incoming::State::open_rtp(Key& key, const Head& head, Packet packet) {
  if (auto opened = try_rtp(key, key.life, head, packet)) return opened;
  if (auto opened = try_rolled_over(key, head, packet)) return opened;
  // Forward from its first packet: older ones may be replays.
  if (key.after_reset) {
    const Stream* const stream = key.after_reset->find(head.ssrc);
    if (stream != nullptr && index_of(head.sequence(), stream->rtp.newest()) >= stream->first_rtp) {
      if (auto opened = try_rtp(key, *key.after_reset, head, packet)) return opened;
    }
  }
  return try_reset(key, head, packet);
}

std::optional<Opened> Incoming::State::try_rtcp(Key& key, Life& life, const Head& head,
                                                Packet packet) {
  if (!life.knows_or_has_room_for(head.ssrc)) return std::nullopt;
  const Stream* const before = life.find(head.ssrc);
  if (before != nullptr && !before->rtcp.is_new(head.number)) return std::nullopt;
  const auto bare = as_it_came(packet, key.key, sizes_of(key.key.suite()).rtcp_tag);
  const auto opened = bare ? life.context.unprotect_rtcp(*bare) : std::nullopt;
  if (!opened) return std::nullopt;
  Stream& stream = life.get(head.ssrc);
  if (!stream.rtcp.newest()) stream.first_rtcp = head.number;
  const bool higher = stream.rtcp.note(head.number);
  return Opened{.packet = *opened,
                .index = head.number,
                .newest = higher && life.is_youngest(stream) && is_youngest_heard(key),
                .reset = &life != &key.life,
                .tag = sizes_of(key.key.suite()).rtcp_tag * 8};
}

/// Reports follow the sound: they prove no reset.
std::optional<Opened> Incoming::State::open_rtcp(Key& key, Packet packet) {
  const auto head = rtcp_head(std::span{kept}.first(packet.size()), key.key);
  if (!head) return std::nullopt;
  if (auto opened = try_rtcp(key, key.life, *head, packet)) return opened;
  if (!key.after_reset) return std::nullopt;
  const Stream* const stream = key.after_reset->find(head->ssrc);
  if (stream == nullptr || head->number < stream->first_rtcp) return std::nullopt;
  return try_rtcp(key, *key.after_reset, *head, packet);
}

Incoming::Incoming() : state_(std::make_unique<State>()) {}
Incoming::~Incoming() = default;
Incoming::Incoming(Incoming&&) noexcept = default;
Incoming& Incoming::operator=(Incoming&&) noexcept = default;

void Incoming::use(const MasterKey& key, TimePoint now) {
  auto& keys = state_->keys;
  state_->forget_old_keys(now);
  if (!key.valid() || (!keys.empty() && keys.front().key == key)) return;
  if (!keys.empty()) keys.front().until = now + kOldKeyLife;
  const auto known = std::ranges::find(keys, key, &Key::key);
  if (known != keys.end()) {
    known->until = TimePoint::max();
    std::rotate(keys.begin(), known, known + 1);
    return;
  }
  keys.emplace(keys.begin(), key);
  if (keys.size() > limits::kSrtpKeys) keys.pop_back();
}

bool Incoming::ready() const {
  return !state_->keys.empty() && state_->keys.front().life.context.ready();
}

void Incoming::expect_reset() {
  const auto has_counters_to_lose = [](const Key& key) {
    return key.after_reset || std::ranges::any_of(key.life.streams, [](const Stream& stream) {
             return stream.has_rolled_over();
           });
  };
  const auto key = std::ranges::find_if(state_->keys, has_counters_to_lose);
  if (key == state_->keys.end()) return;
  key->reset_candidate.emplace(key->key);
  key->reset_packets_left = kResetPackets;
}

std::optional<Opened> Incoming::open_rtp(std::span<std::byte> packet, TimePoint now) {
  state_->forget_old_keys(now);
  if (const auto head = rtp_head(packet)) {
    state_->keep(packet);
    for (Key& key : state_->keys) {
      if (!key.life.context.ready()) continue;
      if (auto opened = state_->open_rtp(key, *head, packet)) return opened;
    }
  }
  ++state_->refused;
  return std::nullopt;
}

std::optional<Opened> Incoming::open_rtcp(std::span<std::byte> packet, TimePoint now) {
  state_->forget_old_keys(now);
  if (packet.size() <= limits::kSrtpPacketBytes) {
    state_->keep(packet);
    for (Key& key : state_->keys) {
      if (!key.life.context.ready()) continue;
      if (auto opened = state_->open_rtcp(key, packet)) return opened;
    }
  }
  ++state_->refused;
  return std::nullopt;
}

std::uint64_t Incoming::refused() const {
  return state_->refused;
}

}  // namespace godwit::srtp
