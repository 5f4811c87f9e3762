// SPDX-License-Identifier: Apache-2.0
#include "crypto/dtls_context.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cctype>
#include <string>

#include "base/limits.h"
#include "crypto/dtls_certificate.h"

namespace godwit::crypto {
namespace {

constexpr int kSerialBits = 127;  // positive, and no longer than 20 bytes (RFC 5280 §4.1.2.2)
constexpr std::size_t kNameBytes = 8;
// Nobody looks at them. The end is that of a certificate with no good end (RFC 5280 §4.1.2.5).
constexpr const char* kFrom = "20000101000000Z";
constexpr const char* kUntil = "99991231235959Z";

// Forward secrecy, and nothing that needs a MAC beside its cipher. Those with RSA are for the
// certificates of others. `dtls_record` counts on it that there is no cipher but AES-GCM.
constexpr const char* kCiphers = "ECDHE+AESGCM";
constexpr const char* kGroups = "X25519:P-256:P-384";
constexpr int kSecurityLevel = 2;  // 112 bits at least

bool set_random_serial(X509& certificate) {
  const OpenSslPointer<BIGNUM, BN_free> number(BN_new());
  return number && BN_rand(number.get(), kSerialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr;
}

bool set_random_name(X509& certificate) {
  std::array<unsigned char, kNameBytes> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  std::array<char, 2 * kNameBytes + 1> text{};
  std::size_t size = 0;
  if (OPENSSL_buf2hexstr_ex(text.data(), text.size(), &size, bytes.data(), bytes.size(), '\0') !=
      1) {
    return false;
  }
  X509_NAME* const name = X509_get_subject_name(&certificate);
  const auto* const bytes_of_text = reinterpret_cast<const unsigned char*>(text.data());
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, bytes_of_text, -1, -1, 0) == 1 &&
         X509_set_issuer_name(&certificate, name) == 1;
}

OpenSslPointer<X509, X509_free> make_certificate(EVP_PKEY& key) {
  OpenSslPointer<X509, X509_free> certificate(X509_new());
  if (!certificate) return nullptr;
  constexpr long kVersion3 = 2;
  const bool made = X509_set_version(certificate.get(), kVersion3) == 1 &&
                    set_random_serial(*certificate) && set_random_name(*certificate) &&
                    ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate.get()), kFrom) == 1 &&
                    ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate.get()), kUntil) == 1 &&
                    X509_set_pubkey(certificate.get(), &key) == 1 &&
                    X509_sign(certificate.get(), &key, EVP_sha256()) > 0;
  return made ? std::move(certificate) : nullptr;
}

DtlsQuestions& asker_of(const SSL* ssl) {
  return *static_cast<DtlsQuestions*>(SSL_get_app_data(ssl));
}

// In place of the check of a chain: there is none, and neither dates nor names mean anything.
int check_certificate(X509_STORE_CTX* store, void* /*unused*/) {
  const void* const ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
  const X509* const certificate = X509_STORE_CTX_get0_cert(store);
  const bool expected =
      certificate != nullptr && asker_of(static_cast<const SSL*>(ssl)).is_expected(*certificate);
  X509_STORE_CTX_set_error(store, expected ? X509_V_OK : X509_V_ERR_CERT_UNTRUSTED);
  return expected ? 1 : 0;
}

int write_cookie(SSL* ssl, unsigned char* out, unsigned int* size) {
  const DtlsQuestions::Cookie& cookie = asker_of(ssl).cookie();
  std::copy(cookie.begin(), cookie.end(), out);
  *size = static_cast<unsigned int>(cookie.size());
  return 1;
}

int check_cookie(SSL* ssl, const unsigned char* shown, unsigned int size) {
  const DtlsQuestions::Cookie& cookie = asker_of(ssl).cookie();
  return size == cookie.size() && CRYPTO_memcmp(shown, cookie.data(), size) == 0 ? 1 : 0;
}

OpenSslPointer<SSL_CTX, SSL_CTX_free> make_settings(X509& certificate, EVP_PKEY& key) {
  OpenSslPointer<SSL_CTX, SSL_CTX_free> made(SSL_CTX_new(DTLS_method()));
  SSL_CTX* const settings = made.get();
  if (settings == nullptr) return nullptr;
  // A new association is a new handshake: no tickets and no sessions to take up again, for they
  // would pass over the certificates.
  SSL_CTX_set_options(settings, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_QUERY_MTU |
                                    SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(settings, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(settings, limits::kDtlsMessageBytes);
  SSL_CTX_set_security_level(settings, kSecurityLevel);
  SSL_CTX_set_verify(settings, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(settings, check_certificate, nullptr);
  SSL_CTX_set_cookie_generate_cb(settings, write_cookie);
  SSL_CTX_set_cookie_verify_cb(settings, check_cookie);
  const bool set = SSL_CTX_set_min_proto_version(settings, DTLS1_2_VERSION) == 1 &&
                   SSL_CTX_set_max_proto_version(settings, DTLS1_2_VERSION) == 1 &&
                   SSL_CTX_set_cipher_list(settings, kCiphers) == 1 &&
                   SSL_CTX_set1_groups_list(settings, kGroups) == 1 &&
                   SSL_CTX_use_certificate(settings, &certificate) == 1 &&
                   SSL_CTX_use_PrivateKey(settings, &key) == 1;
  return set ? std::move(made) : nullptr;
}

/// How OpenSSL calls a hash that is a proof; null for others.
const char* openssl_name(std::string_view hash) {
  constexpr std::array<std::pair<std::string_view, const char*>, 3> kHashes{
      {{"sha-256", "SHA256"}, {"sha-384", "SHA384"}, {"sha-512", "SHA512"}}};
  const auto same = [](unsigned char a, unsigned char b) { return std::tolower(a) == b; };
  for (const auto& [name, known_as] : kHashes) {
    if (std::equal(hash.begin(), hash.end(), name.begin(), name.end(), same)) return known_as;
  }
  return nullptr;
}

}  // namespace

std::shared_ptr<const DtlsContext> make_dtls_context() {
  auto context = std::make_shared<DtlsContext>();
  context->key.reset(EVP_EC_gen("P-256"));
  if (!context->key) return nullptr;
  context->certificate = make_certificate(*context->key);
  if (!context->certificate) return nullptr;
  context->settings = make_settings(*context->certificate, *context->key);
  if (!context->settings) return nullptr;
  return context;
}

std::vector<std::uint8_t> fingerprint_of(const X509& certificate, std::string_view hash) {
  const char* const name = openssl_name(hash);
  if (name == nullptr) return {};
  std::vector<std::uint8_t> digest(EVP_MAX_MD_SIZE);
  unsigned int size = 0;
  if (X509_digest(&certificate, EVP_get_digestbyname(name), digest.data(), &size) != 1) return {};
  digest.resize(size);
  return digest;
}

bool is_fingerprint_hash(std::string_view hash) {
  return openssl_name(hash) != nullptr;
}

}  // namespace godwit::crypto
