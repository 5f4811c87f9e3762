// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "srtp/master_key.h"

namespace godwit::srtp {

enum class Protocol : std::uint8_t { rtp, rtcp };

/// What a master key gives for one protocol (RFC 3711 §4.3.1; nothing is derived anew while it is
/// in use). Secrets: their memory is zeroed when they go.
struct SessionKeys {
  SessionKeys(const MasterKey& master, Protocol protocol);
  ~SessionKeys();
  SessionKeys(const SessionKeys&) = delete;
  SessionKeys& operator=(const SessionKeys&) = delete;

  [[nodiscard]] std::span<const std::uint8_t> cipher_key() const {
    return std::span{cipher}.first(cipher_size);
  }

  std::size_t cipher_size = 0;
  std::array<std::uint8_t, 32> cipher{};
  std::array<std::uint8_t, 20> authentication{};
  std::array<std::uint8_t, 14> salt{};  // of 12 bytes with AES-GCM, zeros behind
};

}  // namespace godwit::srtp
