// SPDX-License-Identifier: Apache-2.0
#include "server/authenticator.h"

#include <charconv>

#include "crypto/constant_time.h"
#include "crypto/digest.h"

namespace godwit::server {
namespace {

constexpr std::size_t kSealSize = 32;  // hexadecimal digits: 128 bits

sip::Field credentials_field(Authenticator::Role role) {
  return role == Authenticator::Role::registrar ? sip::Field::authorization
                                                : sip::Field::proxy_authorization;
}

std::string hexadecimal(std::uint64_t value) {
  char text[16];
  const auto [end, ec] = std::to_chars(text, text + sizeof text, value, 16);
  return {text, end};
}

/// Does the digest cover this very request? Otherwise it could be moved to another one.
bool covers(const sip::DigestCredentials& credentials, const sip::Message& request) {
  if (credentials.uri == request.uri()) return true;
  const auto signed_for = sip::parse_uri(credentials.uri);
  const auto target = sip::parse_uri(request.uri());
  return signed_for && target && equivalent(*signed_for, *target);
}

}  // namespace

Authenticator::Authenticator(const ServerOptions& options, Random& random)
    : realm_(options.domain),
      users_(options.users),
      keys_(options.digest_keys),
      algorithms_(options.algorithms),
      random_(random),
      key_(random.token(32)) {}

Authenticator::Judgement Authenticator::judge(const sip::Message& request, Role role,
                                              TimePoint now) {
  for (const std::string_view value : request.values(credentials_field(role))) {
    const auto credentials = sip::parse_digest_credentials(value);
    if (!credentials || credentials->realm != realm_) continue;
    if (!credentials->nonce_count || !covers(*credentials, request) ||
        !proves(*credentials, request.method_name())) {
      return {};
    }
    if (!use_up(credentials->nonce, *credentials->nonce_count, now)) return {{}, true};
    return {credentials->username, false};
  }
  return {};
}

bool Authenticator::proves(const sip::DigestCredentials& credentials,
                           std::string_view method) const {
  if (credentials.username_form == sip::UsernameForm::hashed) return false;
  const auto user = users_.find(credentials.username);
  if (user != users_.end()) return verify(credentials, user->second, method);
  const auto keys = keys_.find(credentials.username);
  if (keys == keys_.end()) return false;
  const auto key = keys->second.find(credentials.algorithm);
  if (key == keys->second.end()) return false;
  const std::string expected = response_with_key(credentials, key->second, method, {});
  return crypto::equal_in_constant_time(expected, credentials.response);
}

sip::Message Authenticator::challenge(const sip::Message& request, Role role,
                                      const Judgement& judgement, TimePoint now) {
  const bool registrar = role == Role::registrar;
  sip::Message response = make_response(request, registrar ? 401 : 407, random_.token(8));
  sip::Challenge challenge;
  challenge.realm = realm_;
  challenge.nonce = make_nonce(now);
  challenge.qop_auth = true;
  challenge.stale = judgement.stale;
  for (const sip::DigestAlgorithm algorithm : algorithms_) {
    challenge.algorithm = algorithm;
    response.add(registrar ? sip::Field::www_authenticate : sip::Field::proxy_authenticate,
                 to_string(challenge));
  }
  return response;
}

void Authenticator::consume(sip::Message& request) const {
  std::vector<std::string> others;
  for (const std::string_view value : request.values(sip::Field::proxy_authorization)) {
    const auto credentials = sip::parse_digest_credentials(value);
    if (!credentials || credentials->realm != realm_) others.emplace_back(value);
  }
  request.remove(sip::Field::proxy_authorization);
  for (const std::string& value : others) request.add(sip::Field::proxy_authorization, value);
}

// nonce  =  time "-" random "-" seal         time in nanoseconds, all hexadecimal
std::string Authenticator::make_nonce(TimePoint now) {
  const auto time = static_cast<std::uint64_t>(now.time_since_epoch().count());
  const std::string text = hexadecimal(time) + '-' + random_.token(8);
  return text + '-' + seal(text);
}

/// The key on both sides, and half of the hash: nobody can carry it on over more text.
std::string Authenticator::seal(std::string_view text) const {
  return crypto::sha256_hex(key_ + std::string(text) + key_).substr(0, kSealSize);
}

std::optional<TimePoint> Authenticator::time_of(std::string_view nonce) const {
  const auto dash = nonce.rfind('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::string sealed = seal(nonce.substr(0, dash));
  if (!crypto::equal_in_constant_time(nonce.substr(dash + 1), sealed)) return std::nullopt;
  std::uint64_t time = 0;
  (void)std::from_chars(nonce.data(), nonce.data() + nonce.find('-'), time, 16);
  return TimePoint(Duration(static_cast<Duration::rep>(time)));
}

bool Authenticator::use_up(const std::string& nonce, std::uint32_t count, TimePoint now) {
  const auto made = time_of(nonce);
  return made && uses_.use_up(nonce, *made, count, now);
}

}  // namespace godwit::server
