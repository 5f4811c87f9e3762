// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/credential_store.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "crypto/constant_time.h"

namespace godwit::sip {
namespace {

/// How often in a row a nonce may be called stale before we stop believing it.
constexpr int kMaxStale = 2;
/// Twice as many as challenges: the count of a nonce that is still in use is never forgotten.
constexpr std::size_t kMaxNonces = 2 * CredentialStore::kMaxKnown;

Field challenge_field(bool proxy) {
  return proxy ? Field::proxy_authenticate : Field::www_authenticate;
}
Field credentials_field(bool proxy) {
  return proxy ? Field::proxy_authorization : Field::authorization;
}
std::string_view info_field_name(bool proxy) {
  return proxy ? "Proxy-Authentication-Info" : "Authentication-Info";
}

/// The credentials that a request carries.
std::vector<DigestCredentials> credentials_of(const Message& request, bool proxy) {
  std::vector<DigestCredentials> all;
  for (const std::string_view value : request.values(credentials_field(proxy))) {
    if (auto credentials = parse_digest_credentials(value)) all.push_back(*std::move(credentials));
  }
  return all;
}

/// The nonce that the request's credentials for a realm were made with; empty: it had none.
std::optional<std::string> nonce_sent(const Message& request, bool proxy, std::string_view realm) {
  for (auto& credentials : credentials_of(request, proxy)) {
    if (credentials.realm == realm) return std::move(credentials.nonce);
  }
  return std::nullopt;
}

/// The credentials that an info speaks of. It names no realm: what it repeats of them tells, or
/// that there are no others.
std::optional<DigestCredentials> credentials_meant(const AuthenticationInfo& info, bool proxy,
                                                   const Message& request) {
  auto all = credentials_of(request, proxy);
  std::erase_if(all, [&](const DigestCredentials& credentials) {
    return (info.cnonce && *info.cnonce != credentials.cnonce) ||
           (info.nonce_count && info.nonce_count != credentials.nonce_count);
  });
  if (all.size() != 1) return std::nullopt;
  return std::move(all.front());
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

CredentialStore::CredentialStore(Secret secret, Random& random, DigestPolicy policy)
    : secret_(std::move(secret)), random_(random), chooser_(std::move(policy)) {}

void CredentialStore::change(Secret secret) {
  secret_ = std::move(secret);
  for (Known& known : known_) {
    known.accepted = false;
    known.refusals = 0;
    known.session_key.clear();
    known.session_cnonce.clear();
  }
}

CredentialStore::Verdict CredentialStore::on_challenge(const Message& request,
                                                       const Message& response) {
  if (secret_.username.empty() || secret_.password.empty()) return Verdict::refused;
  bool any = false;
  // Both fields, whatever the status: a forking proxy collects them in one answer (RFC 3261 §16.7).
  for (const bool proxy : {false, true}) {
    for (const Challenge& challenge : chooser_.choose(response.values(challenge_field(proxy)))) {
      if (!take(request, proxy, challenge)) return Verdict::refused;
      any = true;
    }
  }
  return any ? Verdict::answer : Verdict::refused;
}

/// @return false when answering it would only repeat what was refused already.
bool CredentialStore::take(const Message& request, bool proxy, const Challenge& challenge) {
  Known fresh;
  fresh.call_id = request.call_id();
  fresh.proxy = proxy;
  fresh.challenge = challenge;
  Known* const known = find(fresh.call_id, proxy, challenge.realm);
  if (known == nullptr) {
    remember(std::move(fresh));
    return true;
  }
  const auto sent = nonce_sent(request, proxy, challenge.realm);
  if (sent) {
    // Not every server that has dropped a nonce says "stale": what was accepted before, or what was
    // made for an older nonce than the one we know by now, is tried once more.
    const bool outdated = known->accepted || *sent != known->challenge.nonce;
    const int allowed = challenge.stale ? kMaxStale : (outdated ? 1 : 0);
    if (known->refusals >= allowed) {
      known_.erase(known_.begin() + (known - known_.data()));
      return false;
    }
    fresh.refusals = known->refusals + 1;
  } else {
    fresh.accepted = known->accepted;
    fresh.refusals = known->refusals;
  }
  *known = std::move(fresh);
  return true;
}

CredentialStore::Known* CredentialStore::find(std::string_view call_id, bool proxy,
                                              std::string_view realm) {
  const auto found = std::find_if(known_.begin(), known_.end(), [&](const Known& known) {
    return known.call_id == call_id && known.proxy == proxy && known.challenge.realm == realm;
  });
  return found == known_.end() ? nullptr : &*found;
}

void CredentialStore::remember(Known known) {
  if (known_.size() >= kMaxKnown) known_.erase(known_.begin());
  known_.push_back(std::move(known));
}

void CredentialStore::authorize(Message& request) {
  const std::string call_id(request.call_id());
  request.remove(Field::authorization);
  request.remove(Field::proxy_authorization);
  for (Known& known : known_) {
    if (known.call_id != call_id) continue;
    request.add(credentials_field(known.proxy), to_string(answer(known, request)));
  }
}

bool CredentialStore::applies_to(const Message& request) const {
  return std::any_of(known_.begin(), known_.end(),
                     [&](const Known& known) { return known.call_id == request.call_id(); });
}

Message CredentialStore::rehearse(const Message& request) const {
  CredentialStore rehearsal(secret_, random_);
  std::copy_if(known_.begin(), known_.end(), std::back_inserter(rehearsal.known_),
               [&](const Known& known) { return known.call_id == request.call_id(); });
  Message authorized = request;
  rehearsal.authorize(authorized);
  return authorized;
}

DigestCredentials CredentialStore::answer(Known& known, const Message& request) {
  const Challenge& challenge = known.challenge;
  DigestCredentials credentials;
  credentials.realm = challenge.realm;
  credentials.nonce = challenge.nonce;
  credentials.uri = request.uri();
  credentials.opaque = challenge.opaque;
  credentials.algorithm = challenge.algorithm;
  name_user(challenge, credentials);
  if (challenge.has_qop()) {
    // auth-int only where it must be: what stands between may change a body rightfully.
    credentials.qop = challenge.qop_auth ? Qop::auth : Qop::auth_int;
    credentials.nonce_count = next_count(challenge.nonce);
    credentials.cnonce = known.session_cnonce.empty() ? random_.token(16) : known.session_cnonce;
  }
  credentials.response = response_with_key(credentials, key_of(known, credentials),
                                           request.method_name(), request.body());
  return credentials;
}

// RFC 7616 §3.4 and §3.4.4.
void CredentialStore::name_user(const Challenge& challenge, DigestCredentials& credentials) const {
  credentials.username = secret_.username;
  if (challenge.userhash) {
    credentials.username_form = UsernameForm::hashed;
    credentials.username = digest_userhash(challenge.algorithm, secret_.username, challenge.realm);
  } else if (challenge.utf8 && !is_ascii(secret_.username)) {
    credentials.username_form = UsernameForm::extended;
  }
}

std::string CredentialStore::key_of(Known& known, const DigestCredentials& credentials) const {
  if (!is_session(credentials.algorithm)) return digest_key(credentials, secret_);
  if (known.session_key.empty()) {
    known.session_key = digest_key(credentials, secret_);
    known.session_cnonce = credentials.cnonce;
  }
  return known.session_key;
}

/// Counts per nonce, not per Call-ID: a server may hand the same nonce to several requests.
std::uint32_t CredentialStore::next_count(const std::string& nonce) {
  const auto found = std::find_if(nonces_.begin(), nonces_.end(),
                                  [&](const NonceUse& use) { return use.nonce == nonce; });
  if (found == nonces_.end()) {
    if (nonces_.size() >= kMaxNonces) nonces_.erase(nonces_.begin());
    nonces_.push_back({nonce, 1});
    return 1;
  }
  std::rotate(found, found + 1, nonces_.end());
  return ++nonces_.back().count;
}

CredentialStore::ServerProof CredentialStore::on_accepted(const Message& request,
                                                          const Message& response) {
  auto proof = ServerProof::none;
  for (const bool proxy : {false, true}) {
    const auto value = response.extension(info_field_name(proxy));
    const auto info = parse_authentication_info(value.value_or(""));
    if (!info) continue;
    const auto one = take_info(*info, proxy, request, response);
    if (one == ServerProof::wrong || proof == ServerProof::none) proof = one;
  }
  on_accepted(request.call_id());
  return proof;
}

CredentialStore::ServerProof CredentialStore::take_info(const AuthenticationInfo& info, bool proxy,
                                                        const Message& request,
                                                        const Message& response) {
  auto credentials = credentials_meant(info, proxy, request);
  if (!credentials) return ServerProof::none;
  Known* const known = find(request.call_id(), proxy, credentials->realm);
  if (known == nullptr) return ServerProof::none;

  auto proof = ServerProof::none;
  if (info.response_auth) {
    credentials->qop = info.qop.value_or(credentials->qop);
    // The session may be another one by now than that of the request.
    const bool of_session =
        !known->session_key.empty() && known->session_cnonce == credentials->cnonce;
    const auto key = of_session ? known->session_key : digest_key(*credentials, secret_);
    const auto expected = response_with_key(*credentials, key, "", response.body());
    if (!crypto::equal_in_constant_time(*info.response_auth, expected)) return ServerProof::wrong;
    proof = ServerProof::right;
  }
  if (info.next_nonce) known->challenge.nonce = *info.next_nonce;
  return proof;
}

void CredentialStore::on_accepted(std::string_view call_id) {
  for (Known& known : known_) {
    if (known.call_id != call_id) continue;
    known.accepted = true;
    known.refusals = 0;
  }
}

void repeat_credentials(const Message& invite, Message& ack) {
  for (const Field field : {Field::authorization, Field::proxy_authorization}) {
    ack.remove(field);
    for (const auto value : invite.values(field)) ack.add(field, value);
  }
}

void CredentialStore::forget(std::string_view call_id) {
  std::erase_if(known_, [call_id](const Known& known) { return known.call_id == call_id; });
}

}  // namespace godwit::sip
