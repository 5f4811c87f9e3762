// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

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

/// In bytes.
struct SuiteSizes {
  std::size_t key = 0;
  std::size_t salt = 0;
  std::size_t tag = 0;       // of RTP packets
  std::size_t rtcp_tag = 0;  // of RTCP packets: never a short one (RFC 4568 §6.2)
};
[[nodiscard]] SuiteSizes sizes_of(Suite suite);
/// Encryption and authentication in one, by AES-GCM (RFC 7714).
[[nodiscard]] bool is_aead(Suite suite);
/// As a=crypto spells it: "AES_CM_128_HMAC_SHA1_80".
[[nodiscard]] std::string_view name_of(Suite suite);
/// Takes old spellings of AES-256 too ("AES_CM_256_HMAC_SHA1_80").
[[nodiscard]] std::optional<Suite> suite_named(std::string_view name);
/// By the protection profile that DTLS has agreed on (RFC 5764 §4.1.2, RFC 7714 §14.2).
[[nodiscard]] std::optional<Suite> suite_of_profile(std::uint16_t profile);

/// The other way round; empty: DTLS has none for it.
[[nodiscard]] std::optional<std::uint16_t> profile_of(Suite suite);

/// The master key identifier that packets under a key carry (RFC 3711 §3.1), its number written in
/// so many bytes; none by default.
struct KeyIdentifier {
  std::uint64_t value = 0;
  std::size_t length = 0;  // at most 128 (RFC 4568 §6.1)

  bool operator==(const KeyIdentifier&) const = default;
};

/// Master key with its salt behind it. A secret: its memory is zeroed when it goes, and nothing
/// prints it.
class MasterKey {
 public:
  static constexpr std::size_t kMostIdentifier = 128;

  MasterKey() = default;
  /// @param key_and_salt  as many bytes as `sizes_of(suite)` says, else the key is not valid
  MasterKey(Suite suite, std::span<const std::uint8_t> key_and_salt, KeyIdentifier identifier = {});
  ~MasterKey();
  MasterKey(const MasterKey&) = default;
  MasterKey& operator=(const MasterKey&) = default;
  MasterKey(MasterKey&& other) noexcept;
  MasterKey& operator=(MasterKey&& other) noexcept;

  [[nodiscard]] bool valid() const { return size_ != 0; }
  [[nodiscard]] Suite suite() const { return suite_; }
  [[nodiscard]] const KeyIdentifier& identifier() const { return identifier_; }
  [[nodiscard]] std::span<const std::uint8_t> key_and_salt() const {
    return std::span{bytes_}.first(size_);
  }
  bool operator==(const MasterKey& other) const;

 private:
  void wipe();

  Suite suite_ = Suite::aes_cm_128_hmac_sha1_80;
  KeyIdentifier identifier_;
  std::size_t size_ = 0;
  std::array<std::uint8_t, 46> bytes_{};  // 256 bits and 112 of salt
};

}  // namespace godwit::srtp
