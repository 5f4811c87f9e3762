// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "crypto/openssl_pointer.h"

namespace godwit::crypto {

/// What OpenSSL asks of one association in the middle of its handshake: set as the application data
/// of its SSL object.
class DtlsQuestions {
 public:
  using Cookie = std::array<std::uint8_t, 32>;

  virtual ~DtlsQuestions() = default;
  /// Is this the certificate that signalling told of?
  [[nodiscard]] virtual bool is_expected(const X509& certificate) = 0;
  /// What a client has to show (RFC 6347 §4.2.1).
  [[nodiscard]] virtual const Cookie& cookie() const = 0;
  /// How long to wait for an answer, after `last` without one; 0: to begin with. In microseconds,
  /// as OpenSSL counts.
  [[nodiscard]] virtual unsigned int next_wait(unsigned int last) = 0;
};

/// What all associations of one certificate share.
struct DtlsContext {
  OpenSslPointer<EVP_PKEY, EVP_PKEY_free> key;
  OpenSslPointer<X509, X509_free> certificate;
  OpenSslPointer<SSL_CTX, SSL_CTX_free> settings;
};

/// Empty when OpenSSL refuses.
[[nodiscard]] std::shared_ptr<const DtlsContext> make_dtls_context();

/// Of its DER form; empty for a hash that is no proof.
[[nodiscard]] std::vector<std::uint8_t> fingerprint_of(const X509& certificate,
                                                       std::string_view hash);

}  // namespace godwit::crypto
