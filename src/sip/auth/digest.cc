// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/digest.h"

#include <initializer_list>

#include "crypto/constant_time.h"

namespace godwit::sip {
namespace {

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) {
    text += part;
    text += ':';
  }
  text.pop_back();
  return text;
}

}  // namespace

std::string digest_key(const DigestCredentials& credentials, const Secret& secret) {
  const auto algorithm = credentials.algorithm;
  std::string key =
      digest_hash(algorithm, joined({secret.username, credentials.realm, secret.password}));
  if (!is_session(algorithm)) return key;
  return digest_hash(algorithm, joined({key, credentials.nonce, credentials.cnonce}));
}

std::string response_with_key(const DigestCredentials& credentials, std::string_view key,
                              std::string_view method, std::string_view body) {
  const auto algorithm = credentials.algorithm;
  const bool has_qop = credentials.nonce_count.has_value();
  const bool covers_body = has_qop && credentials.qop == Qop::auth_int;
  const std::string a2 = covers_body
                             ? joined({method, credentials.uri, digest_hash(algorithm, body)})
                             : joined({method, credentials.uri});
  const std::string hashed_a2 = digest_hash(algorithm, a2);
  if (!has_qop) return digest_hash(algorithm, joined({key, credentials.nonce, hashed_a2}));
  return digest_hash(algorithm,
                     joined({key, credentials.nonce, nonce_count_text(*credentials.nonce_count),
                             credentials.cnonce, to_string(credentials.qop), hashed_a2}));
}

std::string digest_response(const DigestCredentials& credentials, const Secret& secret,
                            std::string_view method, std::string_view body) {
  return response_with_key(credentials, digest_key(credentials, secret), method, body);
}

std::string digest_response(const DigestCredentials& credentials, std::string_view password,
                            std::string_view method, std::string_view body) {
  return digest_response(credentials, Secret{credentials.username, std::string(password)}, method,
                         body);
}

std::string digest_userhash(DigestAlgorithm algorithm, std::string_view username,
                            std::string_view realm) {
  return digest_hash(algorithm, joined({username, realm}));
}

bool verify(const DigestCredentials& credentials, const Secret& secret, std::string_view method,
            std::string_view body) {
  if (!credentials.nonce_count && credentials.algorithm != DigestAlgorithm::md5) return false;
  const std::string name =
      credentials.username_form == UsernameForm::hashed
          ? digest_userhash(credentials.algorithm, secret.username, credentials.realm)
          : secret.username;
  const bool same_user = crypto::equal_in_constant_time(credentials.username, name);
  const bool same_response = crypto::equal_in_constant_time(
      credentials.response, digest_response(credentials, secret, method, body));
  return same_user && same_response;
}

bool verify(const DigestCredentials& credentials, std::string_view password,
            std::string_view method, std::string_view body) {
  if (credentials.username_form == UsernameForm::hashed) return false;
  return verify(credentials, Secret{credentials.username, std::string(password)}, method, body);
}

}  // namespace godwit::sip
