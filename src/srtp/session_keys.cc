// SPDX-License-Identifier: Apache-2.0
#include "srtp/session_keys.h"

#include <algorithm>

#include "base/assert.h"
#include "crypto/aes.h"
#include "crypto/wipe.h"

namespace godwit::srtp {
namespace {

// RFC 3711 §4.3.2; RTCP's follow RTP's.
constexpr std::uint8_t kCipherLabel = 0;
constexpr std::uint8_t kAuthenticationLabel = 1;
constexpr std::uint8_t kSaltLabel = 2;
constexpr std::uint8_t kRtcpLabels = 3;
constexpr std::size_t kLabelAt = 7;  // before the 48 bits of an index, which is 0

}  // namespace

SessionKeys::SessionKeys(const MasterKey& master, Protocol protocol) {
  const auto sizes = sizes_of(master.suite());
  const auto master_salt = master.key_and_salt().subspan(sizes.key);
  crypto::AesCounter stream(master.key_and_salt().first(sizes.key));
  const std::uint8_t first_label = protocol == Protocol::rtp ? 0 : kRtcpLabels;
  const auto derive = [&](std::uint8_t label, std::span<std::uint8_t> key) {
    crypto::AesCounter::Block start{};
    std::ranges::copy(master_salt, start.begin());
    start[kLabelAt] ^= static_cast<std::uint8_t>(first_label + label);
    const bool derived = stream.apply(start, std::as_writable_bytes(key));  // of zeros
    GODWIT_ASSERT(derived && "AES in memory cannot fail");
    crypto::wipe(start);
  };
  cipher_size = sizes.key;
  derive(kCipherLabel, std::span{cipher}.first(cipher_size));
  derive(kAuthenticationLabel, authentication);
  derive(kSaltLabel, std::span{salt}.first(sizes.salt));
}

SessionKeys::~SessionKeys() {
  crypto::wipe(cipher);
  crypto::wipe(authentication);
  crypto::wipe(salt);
}

}  // namespace godwit::srtp
