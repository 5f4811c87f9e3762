// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/challenge.h"

#include <algorithm>

#include "sip/auth/auth_parameters.h"

namespace godwit::sip {
namespace {

constexpr AuthNameSet kOwn = {AuthName::realm,     AuthName::nonce,   AuthName::opaque,
                              AuthName::algorithm, AuthName::qop,     AuthName::stale,
                              AuthName::charset,   AuthName::userhash};

// qop-options  =  "qop" EQUAL LDQUOT qop-value *("," qop-value) RDQUOT      (RFC 3261 §25.1)
void read_qop_options(std::string_view options, Challenge& challenge) {
  for (std::size_t at = 0; at < options.size();) {
    const auto comma = std::min(options.find(',', at), options.size());
    const auto option = trim(options.substr(at, comma - at));
    at = comma + 1;
    const auto qop = qop_from_name(option);
    if (qop == Qop::auth) {
      challenge.qop_auth = true;
    } else if (qop == Qop::auth_int) {
      challenge.qop_auth_int = true;
    } else if (is_token(option)) {
      if (!challenge.other_qop.empty()) challenge.other_qop += ',';
      challenge.other_qop += option;
    }
  }
}

void take(AuthName name, std::string_view value, ChallengeParts& parts) {
  switch (name) {
    case AuthName::realm:
      parts.realm = value;
      break;
    case AuthName::nonce:
      parts.nonce = value;
      break;
    case AuthName::opaque:
      parts.opaque = value;
      break;
    case AuthName::algorithm:
      parts.algorithm_name = value;
      parts.algorithm = digest_algorithm_from_name(value);
      break;
    case AuthName::qop:
      parts.qop_options = value;
      break;
    case AuthName::stale:
      parts.stale = equal_ignoring_case(value, "true");
      break;
    case AuthName::charset:
      parts.utf8 = equal_ignoring_case(value, "UTF-8");
      break;
    case AuthName::userhash:
      parts.userhash = equal_ignoring_case(value, "true");
      break;
    default:
      ++parts.unknown;
      break;
  }
}

std::string qop_options(const Challenge& challenge) {
  std::string options;
  if (challenge.qop_auth) options += "auth,";
  if (challenge.qop_auth_int) options += "auth-int,";
  if (!challenge.other_qop.empty()) return options + challenge.other_qop;
  options.pop_back();
  return options;
}

}  // namespace

Scanned<ChallengeParts> scan_challenge(std::string_view text) {
  AuthParameterReader reader(text, AuthParameterReader::Begin::with_scheme);
  if (!reader.fault() && !equal_ignoring_case(reader.scheme(), "Digest")) {
    return fault("expected the scheme Digest", reader.place_of(reader.scheme()));
  }
  Scanned<ChallengeParts> parts;
  while (const auto* parameter = reader.next()) {
    const auto name = parameter->id;
    if (kOwn.has(name) && parts->given.has(name)) {
      return fault("parameter given twice", reader.place_of(parameter->name));
    }
    parts->given.add(name);
    take(name, parameter->value, *parts);
  }
  if (const auto wrong = reader.fault()) return tl::unexpected<Fault>(*wrong);
  if (!parts->given.has(AuthName::realm)) return fault("expected a realm parameter", text.size());
  if (!parts->given.has(AuthName::nonce)) return fault("expected a nonce parameter", text.size());
  return parts;
}

Scanned<Challenge> parse_challenge(std::string_view text) {
  const auto parts = scan_challenge(text);
  if (!parts) return tl::unexpected<Fault>(parts.error());
  if (!parts->algorithm) {
    return fault("expected the algorithm MD5, SHA-256 or SHA-512-256",
                 static_cast<std::size_t>(parts->algorithm_name.data() - text.data()));
  }
  Challenge challenge;
  challenge.realm = without_escapes(parts->realm);
  challenge.nonce = without_escapes(parts->nonce);
  if (parts->given.has(AuthName::opaque)) challenge.opaque = std::string(parts->opaque);
  challenge.algorithm = *parts->algorithm;
  read_qop_options(parts->qop_options, challenge);
  challenge.stale = parts->stale;
  challenge.utf8 = parts->utf8;
  challenge.userhash = parts->userhash;
  if (parts->unknown > 0) challenge.parameters = read_other_parameters(text, kOwn);
  return challenge;
}

std::string to_string(const Challenge& challenge) {
  std::string text = "Digest realm=" + quote(challenge.realm) + ", nonce=" + quote(challenge.nonce);
  if (challenge.opaque) text += ", opaque=" + requote(*challenge.opaque);
  // What is read has to be written within the limit: MD5 goes without saying.
  if (challenge.algorithm != DigestAlgorithm::md5 || has_room(kOwn, challenge.parameters)) {
    text += ", algorithm=";
    text += to_string(challenge.algorithm);
  }
  if (challenge.has_qop()) text += ", qop=" + quote(qop_options(challenge));
  if (challenge.stale) text += ", stale=true";
  if (challenge.utf8) text += ", charset=UTF-8";
  if (challenge.userhash) text += ", userhash=true";
  append_parameters(text, challenge.parameters, kOwn);
  return text;
}

}  // namespace godwit::sip
