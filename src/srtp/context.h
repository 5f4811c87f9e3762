// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "srtp/master_key.h"

namespace godwit::srtp {

/// Encrypts and authenticates packets under one master key (RFC 3711 §3, §4, RFC 7714). It takes
/// nothing from the heap while packets go through. It keeps no counters and knows no replays: who
/// calls it tells the index of each packet, and gives none to two different ones. Identifiers of
/// keys are not its business either.
class Context {
 public:
  using Packet = std::span<std::byte>;

  Context();
  /// @param key  not ready where it is not valid
  explicit Context(const MasterKey& key);
  ~Context();
  Context(Context&&) noexcept;
  Context& operator=(Context&&) noexcept;

  [[nodiscard]] bool ready() const { return keys_ != nullptr; }
  /// Encrypts the first `size` bytes in place; answers how many there are with what is added, for
  /// which `buffer` has room. Empty: they are no RTP, no RTCP packet, and must not be sent.
  /// @param index  rollover counter and sequence number
  [[nodiscard]] std::optional<std::size_t> protect_rtp(Packet buffer, std::size_t size,
                                                       std::uint64_t index);
  /// @param index  less than 2³¹; the packet tells it
  [[nodiscard]] std::optional<std::size_t> protect_rtcp(Packet buffer, std::size_t size,
                                                        std::uint32_t index);
  /// Decrypts in place. Empty: it is not authentic, and may have been destroyed: AES-GCM decrypts
  /// first.
  [[nodiscard]] std::optional<Packet> unprotect_rtp(Packet packet, std::uint64_t index);
  [[nodiscard]] std::optional<Packet> unprotect_rtcp(Packet packet);

 private:
  struct Keys;
  std::unique_ptr<Keys> keys_;
};

}  // namespace godwit::srtp
