// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "srtp/master_key.h"

namespace godwit::srtp {

/// How many packets one key may encrypt (RFC 3711 §9.2); a=crypto may tell less.
struct KeyLimits {
  std::uint64_t rtp = std::uint64_t{1} << 48U;
  std::uint64_t rtcp =
      (std::uint64_t{1} << 31U) - 1;  // SRTCP's index has 31 bits; ours begins at 1
};

/// Encrypts what we send, RTP and RTCP of one SSRC (RFC 3711).
///
/// The rollover counter and the index of SRTCP belong to a key and run on for as long as it is
/// used, across every change of path. A new key begins at 0.
///
/// One sequence number encrypts one packet: the same packet may be protected again (it is sent by a
/// second path) and comes out the same; another one with that number is refused, for whoever had
/// both could read both.
class Outgoing {
 public:
  /// What `protect_*` may add behind a packet.
  static constexpr std::size_t kMostAdded = 32;

  explicit Outgoing(std::uint32_t ssrc, KeyLimits limits = {});
  ~Outgoing();
  Outgoing(Outgoing&&) noexcept;
  Outgoing& operator=(Outgoing&&) noexcept;

  /// The key from the next packet on; the same as before changes nothing. A key of ours has no
  /// identifier.
  void use(const MasterKey& key);
  [[nodiscard]] bool ready() const;
  /// The key has encrypted all that it may: nothing is sent until there is another.
  [[nodiscard]] bool spent() const;
  /// It has encrypted nearly all: while the last sixteenth is used up, another one can be agreed on.
  [[nodiscard]] bool wears_out() const;
  /// Encrypts the first `size` bytes of `buffer`, which has room for `kMostAdded` more.
  /// @return the size of what is to be sent; empty: it must not be sent (no key, the key is spent,
  ///         it is another SSRC's, or its sequence number was another packet's), and `buffer` is of
  ///         no use any more
  [[nodiscard]] std::optional<std::size_t> protect_rtp(std::span<std::byte> buffer,
                                                       std::size_t size);
  [[nodiscard]] std::optional<std::size_t> protect_rtcp(std::span<std::byte> buffer,
                                                        std::size_t size);
  /// The kernel refused the packet with this sequence number: nobody has seen it, and the number
  /// may be another packet's.
  void never_left(std::uint16_t sequence);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace godwit::srtp
