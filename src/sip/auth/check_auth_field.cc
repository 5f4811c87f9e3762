// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/check_auth_field.h"

#include "sip/auth/auth_parameters.h"
#include "sip/auth/authentication_info.h"
#include "sip/auth/challenge.h"
#include "sip/auth/digest_credentials.h"

namespace godwit::sip {
namespace {

template <class T>
std::optional<Fault> fault_of(const Scanned<T>& scanned) {
  return scanned ? std::nullopt : std::optional(scanned.error());
}

// token68  =  1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="      (RFC 7235 §2.1)
bool is_token68(std::string_view text) {
  const auto end = text.find_last_not_of('=');
  if (end == std::string_view::npos) return false;
  for (const char c : text.substr(0, end + 1)) {
    if (!is_token_char(c) && c != '/') return false;
  }
  return true;
}

/// Of a scheme that is not Digest: parameters, one token68, or nothing.
std::optional<Fault> check_other(AuthParameterReader reader, std::string_view text) {
  if (!reader.fault() && !reader.scheme().empty()) {
    const auto rest = trim(text.substr(reader.place_of(reader.scheme()) + reader.scheme().size()));
    if (is_token68(rest)) return std::nullopt;
  }
  while (reader.next() != nullptr) {
  }
  return reader.fault();
}

template <class ScanDigest>
std::optional<Fault> check(std::string_view text, ScanDigest scan_digest) {
  const AuthParameterReader reader(text, AuthParameterReader::Begin::with_scheme);
  if (equal_ignoring_case(reader.scheme(), "Digest")) return fault_of(scan_digest(text));
  return check_other(reader, text);
}

std::optional<Fault> check_challenges(std::string_view value) {
  bool any = false;
  for (std::size_t at = 0; const auto challenge = next_challenge(value, at);) {
    any = true;
    if (const auto wrong = check(*challenge, scan_challenge)) {
      const auto begin = static_cast<std::size_t>(challenge->data() - value.data());
      return Fault{wrong->what, wrong->at + begin};
    }
  }
  if (!any) return Fault{"expected an authentication scheme", value.size()};
  return std::nullopt;
}

}  // namespace

std::optional<Fault> check_auth_field(Field field, std::string_view value) {
  switch (field) {
    case Field::authorization:
    case Field::proxy_authorization:
      return check(value, scan_digest_credentials);
    case Field::www_authenticate:
    case Field::proxy_authenticate:
      return check_challenges(value);
    case Field::authentication_info:
      return fault_of(parse_authentication_info(value));
    default:
      return std::nullopt;
  }
}

}  // namespace godwit::sip
