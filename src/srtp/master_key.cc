// SPDX-License-Identifier: Apache-2.0
#include "srtp/master_key.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "crypto/constant_time.h"
#include "crypto/wipe.h"

namespace godwit::srtp {
namespace {

struct Row {
  Suite suite;
  std::string_view name;
  std::string_view old_name;  // of drafts of RFC 6188, still in use
  SuiteSizes sizes;
  std::uint16_t profile;  // 0: DTLS has none
};

// RFC 4568 §6.2, RFC 6188 §4, RFC 7714 §12; the profiles of RFC 5764 §4.1.2 and RFC 7714 §14.2.
constexpr std::array<Row, 6> kRows{{
    {Suite::aes_cm_128_hmac_sha1_80, "AES_CM_128_HMAC_SHA1_80", {}, {16, 14, 10, 10}, 0x0001},
    {Suite::aes_cm_128_hmac_sha1_32, "AES_CM_128_HMAC_SHA1_32", {}, {16, 14, 4, 10}, 0x0002},
    {Suite::aes_256_cm_hmac_sha1_80,
     "AES_256_CM_HMAC_SHA1_80",
     "AES_CM_256_HMAC_SHA1_80",
     {32, 14, 10, 10},
     0},
    {Suite::aes_256_cm_hmac_sha1_32,
     "AES_256_CM_HMAC_SHA1_32",
     "AES_CM_256_HMAC_SHA1_32",
     {32, 14, 4, 10},
     0},
    {Suite::aead_aes_128_gcm, "AEAD_AES_128_GCM", {}, {16, 12, 16, 16}, 0x0007},
    {Suite::aead_aes_256_gcm, "AEAD_AES_256_GCM", {}, {32, 12, 16, 16}, 0x0008},
}};

const Row& row_of(Suite suite) {
  return kRows[static_cast<std::size_t>(suite)];
}

std::string_view text_of(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

SuiteSizes sizes_of(Suite suite) {
  return row_of(suite).sizes;
}

bool is_aead(Suite suite) {
  return suite == Suite::aead_aes_128_gcm || suite == Suite::aead_aes_256_gcm;
}

std::string_view name_of(Suite suite) {
  return row_of(suite).name;
}

std::optional<Suite> suite_named(std::string_view name) {
  if (name.empty()) return std::nullopt;
  const auto* const row = std::ranges::find_if(kRows, [&](const Row& candidate) {
    return equal_ignoring_case(candidate.name, name) ||
           equal_ignoring_case(candidate.old_name, name);
  });
  return row == kRows.end() ? std::nullopt : std::optional(row->suite);
}

std::optional<Suite> suite_of_profile(std::uint16_t profile) {
  if (profile == 0) return std::nullopt;
  const auto* const row = std::ranges::find(kRows, profile, &Row::profile);
  return row == kRows.end() ? std::nullopt : std::optional(row->suite);
}

std::optional<std::uint16_t> profile_of(Suite suite) {
  const std::uint16_t profile = row_of(suite).profile;
  return profile == 0 ? std::nullopt : std::optional(profile);
}

MasterKey::MasterKey(Suite suite, std::span<const std::uint8_t> key_and_salt,
                     KeyIdentifier identifier)
    : suite_(suite), identifier_(identifier) {
  const auto sizes = sizes_of(suite);
  if (key_and_salt.size() != sizes.key + sizes.salt) return;
  if (identifier.length > kMostIdentifier) return;
  std::ranges::copy(key_and_salt, bytes_.begin());
  size_ = key_and_salt.size();
}

MasterKey::~MasterKey() {
  wipe();
}

MasterKey::MasterKey(MasterKey&& other) noexcept : MasterKey(std::as_const(other)) {
  other.wipe();
}

MasterKey& MasterKey::operator=(MasterKey&& other) noexcept {
  if (this == &other) return *this;
  *this = std::as_const(other);
  other.wipe();
  return *this;
}

bool MasterKey::operator==(const MasterKey& other) const {
  return suite_ == other.suite_ && identifier_ == other.identifier_ &&
         crypto::equal_in_constant_time(text_of(key_and_salt()), text_of(other.key_and_salt()));
}

void MasterKey::wipe() {
  crypto::wipe(bytes_);
  size_ = 0;
}

}  // namespace godwit::srtp
