// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace godwit::srtp {

/// What packets are encrypted and authenticated with (RFC 3711, RFC 6188, RFC 7714).
enum class Suite : std::uint8_t {
  aes_cm_128_hmac_sha1_80,
  aes_cm_128_hmac_sha1_32,
  aes_256_cm_hmac_sha1_80,
  aes_256_cm_hmac_sha1_32,
  aead_aes_128_gcm,
  aead_aes_256_gcm,
};

struct SuiteSizes {
  std::size_t key = 0;
  std::size_t salt = 0;
  std::size_t tag = 0;  // of RTP packets
};
[[nodiscard]] SuiteSizes sizes_of(Suite suite);
/// As a=crypto spells it: "AES_CM_128_HMAC_SHA1_80".
[[nodiscard]] std::string_view name_of(Suite suite);
[[nodiscard]] std::optional<Suite> suite_named(std::string_view name);

/// Master key with its salt behind it. A secret: its memory is zeroed when it goes, and nothing prints it.
class MasterKey {
 public:
  MasterKey() = default;
  /// @param key_and_salt  as many bytes as `sizes_of(suite)` says, else the key is not valid
  MasterKey(Suite suite, std::vector<std::uint8_t> key_and_salt);
  ~MasterKey();
  MasterKey(const MasterKey&);
  MasterKey& operator=(const MasterKey&);
  MasterKey(MasterKey&&) noexcept;
  MasterKey& operator=(MasterKey&&) noexcept;

  [[nodiscard]] bool valid() const { return !key_and_salt_.empty(); }
  [[nodiscard]] Suite suite() const { return suite_; }
  [[nodiscard]] const std::vector<std::uint8_t>& key_and_salt() const { return key_and_salt_; }
  bool operator==(const MasterKey&) const = default;

 private:
  Suite suite_ = Suite::aes_cm_128_hmac_sha1_80;
  std::vector<std::uint8_t> key_and_salt_;
};

}  // namespace godwit::srtp
