// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/authentication_info.h"

#include "sip/auth/auth_parameters.h"

namespace godwit::sip {
namespace {

constexpr AuthNameSet kOwn = {AuthName::next_nonce, AuthName::response_auth, AuthName::qop,
                              AuthName::cnonce, AuthName::nonce_count};

/// @return what is wrong with the value; nullptr when nothing is
const char* take(AuthName name, const AuthParameterParts& parts, AuthenticationInfo& info) {
  switch (name) {
    case AuthName::next_nonce:
      info.next_nonce = without_escapes(parts.value);
      break;
    case AuthName::response_auth:
      info.response_auth = without_escapes(parts.value);
      break;
    case AuthName::qop:
      info.qop = qop_from_name(parts.value);
      if (!info.qop) return "expected the qop auth or auth-int";
      break;
    case AuthName::cnonce:
      info.cnonce = without_escapes(parts.value);
      break;
    case AuthName::nonce_count:
      info.nonce_count = nonce_count_from_text(parts.value);
      if (!info.nonce_count) return "expected eight hexadecimal digits in lower case";
      break;
    default:
      info.parameters.push_back(kept_parameter(parts));
      break;
  }
  return nullptr;
}

}  // namespace

// Authentication-Info  =  "Authentication-Info" HCOLON ainfo *(COMMA ainfo)      (RFC 3261 §25.1)
Scanned<AuthenticationInfo> parse_authentication_info(std::string_view text) {
  AuthParameterReader reader(text, AuthParameterReader::Begin::with_parameter);
  AuthenticationInfo info;
  AuthNameSet given;
  bool any = false;
  while (const auto* parts = reader.next()) {
    any = true;
    const auto name = parts->id;
    if (kOwn.has(name) && given.has(name)) {
      return fault("parameter given twice", reader.place_of(parts->name));
    }
    given.add(name);
    if (const char* const wrong = take(name, *parts, info)) {
      return fault(wrong, reader.place_of(parts->value));
    }
  }
  if (const auto wrong = reader.fault()) return tl::unexpected<Fault>(*wrong);
  if (!any) return fault("expected a parameter", text.size());
  return info;
}

std::string to_string(const AuthenticationInfo& info) {
  std::string text;
  if (info.next_nonce) text += ", nextnonce=" + quote(*info.next_nonce);
  if (info.qop) text.append(", qop=").append(to_string(*info.qop));
  if (info.response_auth) text += ", rspauth=" + quote(*info.response_auth);
  if (info.cnonce) text += ", cnonce=" + quote(*info.cnonce);
  if (info.nonce_count) text += ", nc=" + nonce_count_text(*info.nonce_count);
  append_parameters(text, info.parameters, kOwn);
  return text.empty() ? text : text.substr(2);
}

}  // namespace godwit::sip
