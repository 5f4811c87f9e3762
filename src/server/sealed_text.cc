// SPDX-License-Identifier: Apache-2.0
#include "server/sealed_text.h"

#include <cstdint>
#include <vector>

#include "crypto/base64.h"
#include "crypto/constant_time.h"
#include "crypto/hmac.h"

namespace godwit::server {
namespace {

constexpr std::size_t kSealBytes = 10;  // 80 bits, as RFC 5626 §5.2 has it

}  // namespace

// user  =  mark base64url(bytes seal)
std::string SealedText::close(std::string_view bytes) const {
  const std::string whole = std::string(bytes) + seal(bytes);
  const std::vector<std::uint8_t> octets(whole.begin(), whole.end());
  return std::string(mark_) + crypto::to_base64(octets, crypto::Base64::url);
}

std::optional<std::string> SealedText::open(std::string_view user) const {
  if (!user.starts_with(mark_)) return std::nullopt;
  const auto octets = crypto::from_base64(user.substr(mark_.size()), crypto::Base64::url);
  if (!octets || octets->size() < kSealBytes) return std::nullopt;
  std::string bytes(octets->begin(), octets->end());
  const std::string sealed = bytes.substr(bytes.size() - kSealBytes);
  bytes.resize(bytes.size() - kSealBytes);
  if (!crypto::equal_in_constant_time(sealed, seal(bytes))) return std::nullopt;
  return bytes;
}

std::string SealedText::seal(std::string_view bytes) const {
  return crypto::hmac_sha256(key_, bytes).substr(0, kSealBytes);
}

}  // namespace godwit::server
