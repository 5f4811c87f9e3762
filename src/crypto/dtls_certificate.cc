// SPDX-License-Identifier: Apache-2.0
#include "crypto/dtls_certificate.h"

#include <utility>

#include "crypto/dtls_context.h"

namespace godwit::crypto {

Result<DtlsCertificate> DtlsCertificate::make() {
  auto context = make_dtls_context();
  if (!context) return fail(Errc::media_failed, "OpenSSL makes no certificate for DTLS");
  return DtlsCertificate(std::move(context));
}

DtlsCertificate::DtlsCertificate(std::shared_ptr<const DtlsContext> context)
    : context_(std::move(context)) {}
DtlsCertificate::~DtlsCertificate() = default;
DtlsCertificate::DtlsCertificate(const DtlsCertificate&) = default;
DtlsCertificate& DtlsCertificate::operator=(const DtlsCertificate&) = default;
DtlsCertificate::DtlsCertificate(DtlsCertificate&&) noexcept = default;
DtlsCertificate& DtlsCertificate::operator=(DtlsCertificate&&) noexcept = default;

std::vector<std::uint8_t> DtlsCertificate::fingerprint(std::string_view hash) const {
  return fingerprint_of(*context_->certificate, hash);
}

}  // namespace godwit::crypto
