// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sip/auth/auth_parameters.h"
#include "sip/auth/digest_terms.h"
#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

/// How the user is named (RFC 7616 §3.4).
enum class UsernameForm : std::uint8_t {
  quoted,    // username="alice"
  extended,  // username*=UTF-8''J%C3%A4s%C3%B8n; written quoted when the name is no UTF-8
  hashed,    // username="<H(user:realm)>", userhash=true
};

/// Credentials of the Digest scheme where they stand in the text. Of what is quoted, the part
/// between the quotes, escapes as they came.
struct CredentialsParts {
  std::string_view username;  // as `username_form` says
  std::string_view realm;
  std::string_view nonce;
  std::string_view uri;
  std::string_view response;
  std::string_view cnonce;
  std::string_view opaque;
  std::string_view algorithm_name;
  std::string_view qop_name;
  std::uint32_t nonce_count = 0;
  /// Empty for a name that godwit does not know; MD5 when there is none (RFC 7616 §3.3).
  std::optional<DigestAlgorithm> algorithm = DigestAlgorithm::md5;
  std::optional<Qop> qop;  // empty when there is none, or of an unknown name
  UsernameForm username_form = UsernameForm::quoted;
  AuthNameSet given;        // an empty value is not an absent one
  std::size_t unknown = 0;  // parameters that have no meaning here
};

/// Finds and checks all that credentials of the Digest scheme must have: user name, realm, nonce,
/// uri, response; with qop also cnonce and a count of eight digits; nothing twice. Does not
/// allocate.
[[nodiscard]] Scanned<CredentialsParts> scan_digest_credentials(std::string_view text);

/// An Authorization or Proxy-Authorization value of the Digest scheme (RFC 7616 §3.4).
struct DigestCredentials {
  std::string username;  // a hash when `username_form` says so
  UsernameForm username_form = UsernameForm::quoted;
  std::string realm, nonce, uri, response, cnonce;
  std::optional<std::string> opaque;  // as in Challenge: escapes as they came
  DigestAlgorithm algorithm = DigestAlgorithm::md5;
  std::optional<std::uint32_t> nonce_count;  // with qop only
  Qop qop = Qop::auth;                       // with nonce_count only
  Parameters parameters;                     // those that godwit does not know

  bool operator==(const DigestCredentials&) const = default;
};
/// An algorithm or qop that godwit does not know is a fault: such credentials cannot be checked.
[[nodiscard]] Scanned<DigestCredentials> parse_digest_credentials(std::string_view text);
[[nodiscard]] std::string to_string(const DigestCredentials& credentials);

}  // namespace godwit::sip
