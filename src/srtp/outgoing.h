// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "srtp/master_key.h"

namespace godwit::srtp {

/// Encrypts what we send, RTP and RTCP of one SSRC (RFC 3711).
///
/// The rollover counter and the index of SRTCP belong to a key and run on for as long as it is used,
/// across every change of path. A new key begins at 0.
class Outgoing {
 public:
  /// What `protect_*` may add behind a packet.
  static constexpr std::size_t kMostAdded = 32;

  explicit Outgoing(std::uint32_t ssrc);
  ~Outgoing();
  Outgoing(Outgoing&&) noexcept;
  Outgoing& operator=(Outgoing&&) noexcept;

  /// The key from the next packet on; the same as before changes nothing.
  void use(const MasterKey& key);
  [[nodiscard]] bool ready() const;
  /// Encrypts the first `size` bytes of `buffer`, which has room for `kMostAdded` more.
  /// @return the size of what is to be sent; empty: it must not be sent (no key, or the key is spent)
  [[nodiscard]] std::optional<std::size_t> protect_rtp(std::span<std::byte> buffer, std::size_t size);
  [[nodiscard]] std::optional<std::size_t> protect_rtcp(std::span<std::byte> buffer, std::size_t size);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace godwit::srtp
