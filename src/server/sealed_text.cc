// SPDX-License-Identifier: Apache-2.0
#include "server/sealed_text.h"

#include "crypto/constant_time.h"
#include "crypto/hmac.h"
#include "server/base64url.h"

namespace godwit::server {
namespace {

constexpr std::size_t kSealBytes = 10;  // 80 bits, as RFC 5626 §5.2 has it

}  // namespace

// user  =  mark base64url(bytes seal)
std::string SealedText::close(std::string_view bytes) const {
  return std::string(mark_) + to_base64url(std::string(bytes) + seal(bytes));
}

std::optional<std::string> SealedText::open(std::string_view user) const {
  if (!user.starts_with(mark_)) return std::nullopt;
  auto bytes = from_base64url(user.substr(mark_.size()));
  if (!bytes || bytes->size() < kSealBytes) return std::nullopt;
  const std::string sealed = bytes->substr(bytes->size() - kSealBytes);
  bytes->resize(bytes->size() - kSealBytes);
  if (!crypto::equal_in_constant_time(sealed, seal(*bytes))) return std::nullopt;
  return bytes;
}

std::string SealedText::seal(std::string_view bytes) const {
  return crypto::hmac_sha256(key_, bytes).substr(0, kSealBytes);
}

}  // namespace godwit::server
