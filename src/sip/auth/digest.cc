// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/digest.h"

#include <charconv>
#include <initializer_list>

#include "crypto/constant_time.h"
#include "crypto/digest.h"
#include "sip/auth/auth_parameters.h"
#include "sip/message/grammar.h"

namespace godwit::sip {
namespace {

std::string text_of(const AuthParameters& parameters, std::string_view name) {
  const std::string* value = parameters.find(name);
  return value != nullptr ? *value : std::string();
}

/// Reads a value of the Digest scheme in which none of `needed` is missing.
Result<AuthParameters> parse_digest_scheme(std::string_view value,
                                           std::initializer_list<std::string_view> needed) {
  auto read = parse_auth_parameters(value);
  if (!read) return read;
  if (!equal_ignoring_case(read->scheme, "Digest")) {
    return fail(Errc::unsupported, "authentication scheme " + read->scheme);
  }
  for (const std::string_view name : needed) {
    if (read->find(name) != nullptr) continue;
    return fail(Errc::malformed_message, "credentials: " + std::string(name) + " missing");
  }
  return read;
}

// RFC 7616 §3.3: MD5 is meant when there is no algorithm parameter.
Result<DigestAlgorithm> read_algorithm(const AuthParameters& parameters) {
  const std::string* name = parameters.find("algorithm");
  if (name == nullptr) return DigestAlgorithm::md5;
  for (const auto algorithm : {DigestAlgorithm::md5, DigestAlgorithm::sha256}) {
    if (equal_ignoring_case(*name, to_string(algorithm))) return algorithm;
  }
  return fail(Errc::unsupported, "digest algorithm " + *name);
}

bool offers_auth(std::string_view qop_options) {
  while (true) {
    const std::size_t comma = qop_options.find(',');
    if (equal_ignoring_case(trim(qop_options.substr(0, comma)), "auth")) return true;
    if (comma == std::string_view::npos) return false;
    qop_options.remove_prefix(comma + 1);
  }
}

// nc-value  =  8LHEX      (RFC 3261 §25.1)
std::optional<std::uint32_t> read_nonce_count(std::string_view text) {
  std::uint32_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, ec] = std::from_chars(text.data(), end, count, 16);
  if (text.size() != 8 || ec != std::errc{} || rest != end) return std::nullopt;
  return count;
}

std::string nonce_count_text(std::uint32_t count) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (int shift = 28; shift >= 0; shift -= 4) text += kDigits[(count >> shift) & 0x0fU];
  return text;
}

std::string hash(DigestAlgorithm algorithm, const std::string& text) {
  return algorithm == DigestAlgorithm::md5 ? crypto::md5_hex(text) : crypto::sha256_hex(text);
}

}  // namespace

std::string_view to_string(DigestAlgorithm algorithm) {
  return algorithm == DigestAlgorithm::md5 ? "MD5" : "SHA-256";
}

Result<Challenge> parse_challenge(std::string_view value) {
  const auto read = parse_digest_scheme(value, {"realm", "nonce"});
  if (!read) return tl::unexpected<Error>(read.error());
  const auto algorithm = read_algorithm(*read);
  if (!algorithm) return tl::unexpected<Error>(algorithm.error());
  const std::string* qop = read->find("qop");
  if (qop != nullptr && !offers_auth(*qop)) return fail(Errc::unsupported, "digest qop " + *qop);

  Challenge challenge;
  challenge.realm = text_of(*read, "realm");
  challenge.nonce = text_of(*read, "nonce");
  challenge.opaque = text_of(*read, "opaque");
  challenge.algorithm = *algorithm;
  challenge.qop_auth = qop != nullptr;
  challenge.stale = equal_ignoring_case(text_of(*read, "stale"), "true");
  return challenge;
}

std::string to_string(const Challenge& challenge) {
  std::string text = "Digest realm=" + quote(challenge.realm) + ", nonce=" + quote(challenge.nonce);
  if (!challenge.opaque.empty()) text += ", opaque=" + quote(challenge.opaque);
  text += ", algorithm=";
  text += to_string(challenge.algorithm);
  if (challenge.qop_auth) text += ", qop=\"auth\"";
  if (challenge.stale) text += ", stale=true";
  return text;
}

Result<DigestCredentials> parse_digest_credentials(std::string_view value) {
  const auto read = parse_digest_scheme(value, {"username", "realm", "nonce", "uri", "response"});
  if (!read) return tl::unexpected<Error>(read.error());
  const auto algorithm = read_algorithm(*read);
  if (!algorithm) return tl::unexpected<Error>(algorithm.error());

  DigestCredentials credentials;
  credentials.username = text_of(*read, "username");
  credentials.realm = text_of(*read, "realm");
  credentials.nonce = text_of(*read, "nonce");
  credentials.uri = text_of(*read, "uri");
  credentials.response = text_of(*read, "response");
  credentials.opaque = text_of(*read, "opaque");
  credentials.algorithm = *algorithm;
  const std::string* qop = read->find("qop");
  if (qop == nullptr) return credentials;

  if (!equal_ignoring_case(*qop, "auth")) return fail(Errc::unsupported, "digest qop " + *qop);
  credentials.cnonce = text_of(*read, "cnonce");
  credentials.nonce_count = read_nonce_count(text_of(*read, "nc"));
  if (credentials.cnonce.empty() || !credentials.nonce_count) {
    return fail(Errc::malformed_message, "credentials: qop without cnonce or nc");
  }
  return credentials;
}

std::string to_string(const DigestCredentials& credentials) {
  std::string text = "Digest username=" + quote(credentials.username) +
                     ", realm=" + quote(credentials.realm) + ", nonce=" + quote(credentials.nonce) +
                     ", uri=" + quote(credentials.uri) +
                     ", response=" + quote(credentials.response) + ", algorithm=";
  text += to_string(credentials.algorithm);
  if (!credentials.opaque.empty()) text += ", opaque=" + quote(credentials.opaque);
  if (!credentials.nonce_count) return text;
  // RFC 7616 §3.4: qop and nc are not quoted here.
  return text + ", qop=auth, nc=" + nonce_count_text(*credentials.nonce_count) +
         ", cnonce=" + quote(credentials.cnonce);
}

// RFC 7616 §3.4.1 to §3.4.3; without qop the form of RFC 2069.
std::string digest_response(const DigestCredentials& credentials, std::string_view password,
                            std::string_view method) {
  const auto algorithm = credentials.algorithm;
  const std::string a1 =
      credentials.username + ':' + credentials.realm + ':' + std::string(password);
  const std::string a2 = std::string(method) + ':' + credentials.uri;
  std::string middle = credentials.nonce;
  if (credentials.nonce_count) {
    middle += ':' + nonce_count_text(*credentials.nonce_count) + ':' + credentials.cnonce + ":auth";
  }
  return hash(algorithm, hash(algorithm, a1) + ':' + middle + ':' + hash(algorithm, a2));
}

bool verify(const DigestCredentials& credentials, std::string_view password,
            std::string_view method) {
  return crypto::equal_in_constant_time(credentials.response,
                                        digest_response(credentials, password, method));
}

}  // namespace godwit::sip
