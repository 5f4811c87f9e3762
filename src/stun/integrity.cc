// SPDX-License-Identifier: Apache-2.0
#include "stun/integrity.h"

#include <optional>

#include "crypto/constant_time.h"
#include "crypto/digest.h"
#include "crypto/hmac.h"
#include "stun/message.h"

namespace godwit::stun {
namespace {

constexpr std::uint16_t kMessageIntegrity = 0x0008;
constexpr std::uint16_t kMessageIntegritySha256 = 0x001c;
constexpr std::size_t kAttributeHead = 4;
constexpr std::size_t kSha1Bytes = 20;
constexpr std::size_t kSha256Bytes = 32;
constexpr std::size_t kLeastSha256Bytes = 16;  // it may be cut off, by fours (§14.6)

struct Proof {
  std::size_t at = 0;  // where its attribute begins
  std::string_view value;
};
struct Proofs {
  std::optional<Proof> sha1, sha256;
};

std::size_t number_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::size_t>(static_cast<std::uint8_t>(bytes[at])) << 8U |
         static_cast<std::uint8_t>(bytes[at + 1]);
}

Proofs find_proofs(std::string_view bytes) {
  Proofs proofs;
  for (std::size_t at = kHeaderBytes; at + kAttributeHead <= bytes.size();) {
    const std::size_t type = number_at(bytes, at);
    const std::size_t size = number_at(bytes, at + 2);
    const std::string_view value = bytes.substr(at + kAttributeHead, size);
    if (value.size() != size) break;
    if (type == kMessageIntegritySha256 && !proofs.sha256) proofs.sha256 = Proof{at, value};
    // What follows the first proof counts only if it is the better one (§14.5).
    if (type == kMessageIntegrity && !proofs.sha1 && !proofs.sha256) proofs.sha1 = Proof{at, value};
    at += kAttributeHead + (size + 3) / 4 * 4;
  }
  return proofs;
}

/// All before the proof, as if it were the last attribute: the header's length says so (§14.5).
std::string what_is_proven(std::string_view bytes, const Proof& proof) {
  std::string proven(bytes.substr(0, proof.at));
  const std::size_t length = proof.at + kAttributeHead + proof.value.size() - kHeaderBytes;
  proven[2] = static_cast<char>(length >> 8U & 0xffU);
  proven[3] = static_cast<char>(length & 0xffU);
  return proven;
}

std::string bytes_of_hex(std::string_view hex) {
  const auto value = [](char digit) {
    return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
  };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(value(hex[i]) << 4U | value(hex[i + 1]));
  }
  return bytes;
}

Integrity verdict(bool right) {
  return right ? Integrity::right : Integrity::wrong;
}

}  // namespace

Integrity check_integrity(std::string_view bytes, std::string_view key) {
  const Proofs proofs = find_proofs(bytes);
  if (const auto& proof = proofs.sha256) {
    const std::size_t size = proof->value.size();
    const bool sized = size >= kLeastSha256Bytes && size <= kSha256Bytes && size % 4 == 0;
    const auto digest = crypto::hmac_sha256(key, what_is_proven(bytes, *proof));
    return verdict(sized && crypto::equal_in_constant_time(
                                proof->value, std::string_view(digest).substr(0, size)));
  }
  if (const auto& proof = proofs.sha1) {
    return verdict(proof->value.size() == kSha1Bytes &&
                   crypto::equal_in_constant_time(
                       proof->value, crypto::hmac_sha1(key, what_is_proven(bytes, *proof))));
  }
  return Integrity::absent;
}

std::string long_term_key(const Credentials& credentials, PasswordAlgorithm algorithm) {
  std::string all(credentials.username);
  all.append(":").append(credentials.realm).append(":").append(credentials.password);
  const bool md5 = algorithm == PasswordAlgorithm::md5;
  return bytes_of_hex(md5 ? crypto::md5_hex(all) : crypto::sha256_hex(all));
}

}  // namespace godwit::stun
