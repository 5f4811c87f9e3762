// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/digest_credentials.h"

#include <array>

#include "sip/auth/extended_value.h"

namespace godwit::sip {
namespace {

constexpr AuthNameSet kOwn = {AuthName::username,  AuthName::username_extended,
                              AuthName::realm,     AuthName::nonce,
                              AuthName::uri,       AuthName::response,
                              AuthName::cnonce,    AuthName::opaque,
                              AuthName::algorithm, AuthName::qop,
                              AuthName::userhash,  AuthName::nonce_count};

/// @return what is wrong with the value; nullptr when nothing is
const char* take(AuthName name, std::string_view value, CredentialsParts& parts) {
  switch (name) {
    case AuthName::username:
    case AuthName::username_extended:
      parts.username = value;
      break;
    case AuthName::realm:
      parts.realm = value;
      break;
    case AuthName::nonce:
      parts.nonce = value;
      break;
    case AuthName::uri:
      parts.uri = value;
      break;
    case AuthName::response:
      parts.response = value;
      break;
    case AuthName::cnonce:
      parts.cnonce = value;
      break;
    case AuthName::opaque:
      parts.opaque = value;
      break;
    case AuthName::algorithm:
      parts.algorithm_name = value;
      parts.algorithm = digest_algorithm_from_name(value);
      break;
    case AuthName::qop:
      parts.qop_name = value;
      parts.qop = qop_from_name(value);
      break;
    case AuthName::userhash:
      if (equal_ignoring_case(value, "true")) parts.username_form = UsernameForm::hashed;
      break;
    case AuthName::nonce_count: {
      const auto count = nonce_count_from_text(value);
      if (!count) return "expected eight hexadecimal digits in lower case";
      parts.nonce_count = *count;
      break;
    }
    default:
      ++parts.unknown;
      break;
  }
  return nullptr;
}

/// @return what is missing, or does not go together; nullptr when nothing is
const char* check_whole(CredentialsParts& parts) {
  struct Need {
    AuthName name;
    const char* what;
  };
  static constexpr std::array<Need, 4> kNeeds = {{
      {AuthName::realm, "expected a realm parameter"},
      {AuthName::nonce, "expected a nonce parameter"},
      {AuthName::uri, "expected a uri parameter"},
      {AuthName::response, "expected a response parameter"},
  }};
  const bool extended = parts.given.has(AuthName::username_extended);
  if (extended == parts.given.has(AuthName::username)) {
    return extended ? "expected either username or username*" : "expected a username parameter";
  }
  for (const Need& need : kNeeds) {
    if (!parts.given.has(need.name)) return need.what;
  }
  if (parts.given.has(AuthName::qop)) {
    if (!parts.given.has(AuthName::cnonce)) return "expected a cnonce parameter with qop";
    if (!parts.given.has(AuthName::nonce_count)) return "expected an nc parameter with qop";
  }
  if (!extended) return nullptr;
  // RFC 7616 §3.4: only a username="..." can be a hash.
  if (parts.username_form == UsernameForm::hashed) return "expected username with userhash=true";
  parts.username_form = UsernameForm::extended;
  return nullptr;
}

std::string username_text(const DigestCredentials& credentials) {
  const std::string quoted = "username=" + quote(credentials.username);
  switch (credentials.username_form) {
    case UsernameForm::hashed:
      return "userhash=true, " + quoted;
    case UsernameForm::extended: {
      const auto extended = encode_extended_value(credentials.username);
      return extended ? "username*=" + *extended : quoted;
    }
    case UsernameForm::quoted:
      break;
  }
  return quoted;
}

}  // namespace

// Flattened, as the scanners of sip/message are: with all steps in one function the reader's place
// stays in a register.
[[gnu::flatten]] Scanned<CredentialsParts> scan_digest_credentials(std::string_view text) {
  AuthParameterReader reader(text, AuthParameterReader::Begin::with_scheme);
  if (!reader.fault() && !equal_ignoring_case(reader.scheme(), "Digest")) {
    return fault("expected the scheme Digest", reader.place_of(reader.scheme()));
  }
  Scanned<CredentialsParts> parts;
  while (const auto* parameter = reader.next()) {
    const auto name = parameter->id;
    if (kOwn.has(name) && parts->given.has(name)) {
      return fault("parameter given twice", reader.place_of(parameter->name));
    }
    parts->given.add(name);
    if (const char* const wrong = take(name, parameter->value, *parts)) {
      return fault(wrong, reader.place_of(parameter->value));
    }
  }
  if (const auto wrong = reader.fault()) return tl::unexpected<Fault>(*wrong);
  if (const char* const wrong = check_whole(*parts)) return fault(wrong, text.size());
  return parts;
}

Scanned<DigestCredentials> parse_digest_credentials(std::string_view text) {
  const auto parts = scan_digest_credentials(text);
  if (!parts) return tl::unexpected<Fault>(parts.error());
  const auto place_of = [&](std::string_view part) {
    return static_cast<std::size_t>(part.data() - text.data());
  };
  if (!parts->algorithm) {
    return fault("expected the algorithm MD5, SHA-256 or SHA-512-256",
                 place_of(parts->algorithm_name));
  }
  DigestCredentials credentials;
  credentials.username_form = parts->username_form;
  credentials.username = without_escapes(parts->username);
  if (parts->username_form == UsernameForm::extended) {
    auto decoded = decode_extended_value(parts->username);
    if (!decoded) return shifted(decoded.error(), place_of(parts->username));
    credentials.username = *std::move(decoded);
  }
  credentials.realm = without_escapes(parts->realm);
  credentials.nonce = without_escapes(parts->nonce);
  credentials.uri = without_escapes(parts->uri);
  credentials.response = without_escapes(parts->response);
  if (parts->given.has(AuthName::opaque)) credentials.opaque = std::string(parts->opaque);
  credentials.algorithm = *parts->algorithm;
  if (parts->given.has(AuthName::qop)) {
    if (!parts->qop) return fault("expected the qop auth or auth-int", place_of(parts->qop_name));
    credentials.qop = *parts->qop;
    credentials.cnonce = without_escapes(parts->cnonce);
    credentials.nonce_count = parts->nonce_count;
  }
  if (parts->unknown > 0) credentials.parameters = read_other_parameters(text, kOwn);
  return credentials;
}

std::string to_string(const DigestCredentials& credentials) {
  std::string text = "Digest " + username_text(credentials);
  text += ", realm=" + quote(credentials.realm);
  text += ", nonce=" + quote(credentials.nonce);
  text += ", uri=" + quote(credentials.uri);
  text += ", response=" + quote(credentials.response);
  // What is read has to be written within the limit: MD5 goes without saying.
  if (credentials.algorithm != DigestAlgorithm::md5 || has_room(kOwn, credentials.parameters)) {
    text += ", algorithm=";
    text += to_string(credentials.algorithm);
  }
  if (credentials.opaque) text += ", opaque=" + requote(*credentials.opaque);
  // RFC 7616 §3.4: algorithm, qop and nc are not quoted here.
  if (credentials.nonce_count) {
    text += ", qop=";
    text += to_string(credentials.qop);
    text += ", nc=" + nonce_count_text(*credentials.nonce_count);
    text += ", cnonce=" + quote(credentials.cnonce);
  }
  append_parameters(text, credentials.parameters, kOwn);
  return text;
}

}  // namespace godwit::sip
