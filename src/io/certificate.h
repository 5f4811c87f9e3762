// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/x509.h>

#include <string>

#include "sip/transport/tls_identity.h"

namespace godwit::io {

/// What the certificate says of whose it is, each text as long as its ASN.1 length says.
[[nodiscard]] sip::CertificateNames names_of(const X509* certificate);

/// "CN = sip.example.org, issued by CN = Example CA": for people.
[[nodiscard]] std::string describe(const X509* certificate);

/// Why a chain does not hold, as one sentence: "certificate of sip.example.org (CN = ..., issued by
/// ...) expired on 2026-01-01". `owner`: whom the far end should be, as we call it.
[[nodiscard]] std::string why_refused(X509_STORE_CTX* chain, const std::string& owner);

/// "certificate of sip.example.org (CN = ..., issued by ...) names sip:a.example.org, not
/// example.org".
[[nodiscard]] std::string why_not_named(const X509* certificate, const std::string& owner);

/// Today is between the first and the last day of the certificate.
[[nodiscard]] bool is_current(const X509* certificate);

}  // namespace godwit::io
