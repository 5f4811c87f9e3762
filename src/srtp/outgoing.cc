// SPDX-License-Identifier: Apache-2.0
#include "srtp/outgoing.h"

#include <algorithm>
#include <array>

#include "base/assert.h"
#include "base/byte_reader.h"
#include "rtp/packet.h"
#include "srtp/context.h"
#include "srtp/packet_index.h"
#include "srtp/packet_ssrc.h"

namespace godwit::srtp {
namespace {

/// The packet that a sequence number encrypted, by how it ends: other content makes another tag.
struct Used {
  enum class State : std::uint8_t { never, sent, free };
  State state = State::never;
  std::uint16_t sequence = 0;
  std::size_t size = 0;
  std::array<std::byte, 16> end{};
};

std::uint16_t sequence_of(std::span<const std::byte> packet) {
  ByteReader reader(packet.subspan(2));
  return reader.u16();
}

}  // namespace

struct Outgoing::State {
  static constexpr std::size_t kRemembered = 16;

  [[nodiscard]] bool spent() const { return rtp_count >= limits.rtp || rtcp_count >= limits.rtcp; }
  [[nodiscard]] bool may_protect(std::uint16_t sequence) const;
  [[nodiscard]] bool note(std::uint64_t index, std::span<const std::byte> packet);

  std::uint32_t ssrc = 0;
  KeyLimits limits;
  MasterKey key;
  Context context;
  std::uint64_t rtp_count = 0;
  std::uint64_t rtcp_count = 0;
  std::optional<std::uint64_t> newest;   // index
  std::array<Used, kRemembered> used{};  // by the low bits of the sequence number
};

/// Newer than all before, or so young that we know what it was.
bool Outgoing::State::may_protect(std::uint16_t sequence) const {
  if (!newest) return true;
  const auto ahead = static_cast<std::uint16_t>(sequence - *newest);
  if (ahead != 0 && ahead < 0x8000U) return true;
  const auto& slot = used[sequence % kRemembered];
  return slot.state != Used::State::never && slot.sequence == sequence;
}

/// @return whether it is what the number encrypted before, if it did
bool Outgoing::State::note(std::uint64_t index, std::span<const std::byte> packet) {
  const auto sequence = static_cast<std::uint16_t>(index);
  auto& slot = used[sequence % kRemembered];
  Used now{.state = Used::State::sent, .sequence = sequence, .size = packet.size(), .end = {}};
  std::ranges::copy(packet.last(now.end.size()), now.end.begin());
  const bool again = slot.state == Used::State::sent && slot.sequence == sequence;
  if (again) return slot.size == now.size && slot.end == now.end;
  slot = now;
  newest = std::max(newest.value_or(0), index);
  ++rtp_count;
  return true;
}

Outgoing::Outgoing(std::uint32_t ssrc, KeyLimits limits) : state_(std::make_unique<State>()) {
  state_->ssrc = ssrc;
  state_->limits = limits;
  state_->limits.rtcp = std::min(limits.rtcp, KeyLimits{}.rtcp);
}

Outgoing::~Outgoing() = default;
Outgoing::Outgoing(Outgoing&&) noexcept = default;
Outgoing& Outgoing::operator=(Outgoing&&) noexcept = default;

void Outgoing::use(const MasterKey& key) {
  if (key == state_->key) return;
  State fresh;
  fresh.ssrc = state_->ssrc;
  fresh.limits = state_->limits;
  fresh.key = key;
  if (key.identifier().length == 0) fresh.context = Context(key);
  *state_ = std::move(fresh);
}

bool Outgoing::ready() const {
  return state_->context.ready();
}

bool Outgoing::spent() const {
  return state_->spent();
}

bool Outgoing::wears_out() const {
  const auto nearly = [](std::uint64_t limit) { return limit - limit / 16; };
  return state_->rtp_count >= nearly(state_->limits.rtp) ||
         state_->rtcp_count >= nearly(state_->limits.rtcp);
}

std::optional<std::size_t> Outgoing::protect_rtp(std::span<std::byte> buffer, std::size_t size) {
  GODWIT_ASSERT(size >= rtp::kHeaderSize && buffer.size() >= size + kMostAdded);
  if (!ready() || spent() || rtp_ssrc(buffer) != state_->ssrc) return std::nullopt;
  const std::uint16_t sequence = sequence_of(buffer);
  if (!state_->may_protect(sequence)) return std::nullopt;
  const std::uint64_t index = index_of(sequence, state_->newest);
  const auto protected_size = state_->context.protect_rtp(buffer, size, index);
  if (!protected_size) return std::nullopt;
  if (!state_->note(index, buffer.first(*protected_size))) {
    std::ranges::fill(buffer.first(*protected_size), std::byte{0});
    return std::nullopt;
  }
  return protected_size;
}

std::optional<std::size_t> Outgoing::protect_rtcp(std::span<std::byte> buffer, std::size_t size) {
  GODWIT_ASSERT(buffer.size() >= size + kMostAdded);
  if (!ready() || spent() || rtcp_ssrc(buffer) != state_->ssrc) return std::nullopt;
  const auto index = static_cast<std::uint32_t>(state_->rtcp_count + 1);
  const auto protected_size = state_->context.protect_rtcp(buffer, size, index);
  if (protected_size) ++state_->rtcp_count;
  return protected_size;
}

void Outgoing::never_left(std::uint16_t sequence) {
  auto& slot = state_->used[sequence % State::kRemembered];
  if (slot.sequence == sequence && slot.state == Used::State::sent) slot.state = Used::State::free;
}

}  // namespace godwit::srtp
