// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "godwit/error.h"

namespace godwit::crypto {

struct DtlsContext;

/// A self-signed ECDSA P-256 certificate with its private key, made for one agent (RFC 5763 §5). It
/// proves nothing but its own fingerprint, and tells nothing: serial number and name are random,
/// its dates are the same for all. A cheap copy: all copies are one certificate.
class DtlsCertificate {
 public:
  /// Errors: `media_failed` when OpenSSL refuses.
  [[nodiscard]] static Result<DtlsCertificate> make();
  ~DtlsCertificate();
  DtlsCertificate(const DtlsCertificate&);
  DtlsCertificate& operator=(const DtlsCertificate&);
  DtlsCertificate(DtlsCertificate&&) noexcept;
  DtlsCertificate& operator=(DtlsCertificate&&) noexcept;
  /// Of its DER form. `hash` is spelt as a=fingerprint spells it (RFC 8122 §5); empty for those
  /// that `is_fingerprint_hash()` does not know.
  [[nodiscard]] std::vector<std::uint8_t> fingerprint(std::string_view hash = "sha-256") const;

 private:
  friend class DtlsAssociation;
  explicit DtlsCertificate(std::shared_ptr<const DtlsContext> context);
  std::shared_ptr<const DtlsContext> context_;
};

/// "sha-256", "sha-384" and "sha-512", also in upper case. SHA-1, SHA-224 and the MDs are no proof
/// to us: every implementation has to know sha-256 (RFC 8122 §5).
[[nodiscard]] bool is_fingerprint_hash(std::string_view hash);

}  // namespace godwit::crypto
