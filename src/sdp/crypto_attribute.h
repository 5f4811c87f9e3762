// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sdp/grammar.h"

namespace godwit::sdp {

/// The master key identifier of a key (RFC 4568 §6.1).
struct MasterKeyId {
  std::uint64_t value = 0;
  std::uint8_t length = 1;  // in bytes in each packet: 1 to 128
  bool operator==(const MasterKeyId&) const = default;
};

/// One "inline:..." of a=crypto: a secret, never to be logged. Its memory is zeroed when it goes.
struct CryptoKey {
  std::vector<std::uint8_t> key_and_salt;  // at least one byte
  std::optional<std::uint64_t> lifetime;   // in packets: 1 to 2^48
  std::optional<MasterKeyId> mki;
  CryptoKey() = default;
  explicit CryptoKey(std::vector<std::uint8_t> bytes) : key_and_salt(std::move(bytes)) {}
  ~CryptoKey();
  CryptoKey(const CryptoKey&) = default;
  CryptoKey& operator=(const CryptoKey& other);
  CryptoKey(CryptoKey&&) noexcept = default;
  CryptoKey& operator=(CryptoKey&& other) noexcept;
  bool operator==(const CryptoKey&) const = default;
};

/// `a=crypto`: keys for SRTP, told in SDP (RFC 4568). Attributes with another way than "inline" to
/// tell a key are refused: there is none.
struct CryptoAttribute {
  std::uint32_t tag = 1;                        // at most nine digits
  std::string suite;                            // "AES_CM_128_HMAC_SHA1_80"
  std::vector<CryptoKey> keys;                  // at least one
  std::vector<std::string> session_parameters;  // "UNENCRYPTED_SRTCP", "KDR=2"
  bool operator==(const CryptoAttribute&) const = default;
};

[[nodiscard]] Scanned<CryptoAttribute> parse_crypto(std::string_view value);
[[nodiscard]] std::string to_string(const CryptoAttribute& crypto);

}  // namespace godwit::sdp
