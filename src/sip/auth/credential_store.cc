// SPDX-License-Identifier: Apache-2.0
#include "sip/auth/credential_store.h"

#include <algorithm>
#include <optional>
#include <utility>

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

/// Of each realm the strongest challenge that we can answer (RFC 8760 §2.4); with qop, if there is
/// a choice, because then the server cannot pick all that is hashed.
std::vector<Challenge> strongest_of_each_realm(const Message& response, bool proxy) {
  std::vector<Challenge> strongest;
  const auto rank = [](const Challenge& c) { return std::pair(c.algorithm, c.qop_auth); };
  for (const std::string_view value : response.values(challenge_field(proxy))) {
    auto challenge = parse_challenge(value);
    if (!challenge) continue;
    const auto same = std::find_if(strongest.begin(), strongest.end(),
                                   [&](const Challenge& c) { return c.realm == challenge->realm; });
    if (same == strongest.end()) {
      strongest.push_back(std::move(*challenge));
    } else if (rank(*challenge) > rank(*same)) {
      *same = std::move(*challenge);
    }
  }
  return strongest;
}

/// The nonce that the request's credentials for a realm were made with; empty: it had none.
std::optional<std::string> nonce_sent(const Message& request, bool proxy, std::string_view realm) {
  for (const std::string_view value : request.values(credentials_field(proxy))) {
    auto credentials = parse_digest_credentials(value);
    if (credentials && credentials->realm == realm) return std::move(credentials->nonce);
  }
  return std::nullopt;
}

}  // namespace

CredentialStore::CredentialStore(Secret secret, Random& random)
    : secret_(std::move(secret)), random_(random) {}

CredentialStore::Verdict CredentialStore::on_challenge(const Message& request,
                                                       const Message& response) {
  if (secret_.username.empty() || secret_.password.empty()) return Verdict::refused;
  bool any = false;
  // Both fields, whatever the status: a forking proxy collects them in one answer (RFC 3261 §16.7).
  for (const bool proxy : {false, true}) {
    for (const Challenge& challenge : strongest_of_each_realm(response, proxy)) {
      if (!take(request, proxy, challenge)) return Verdict::refused;
      any = true;
    }
  }
  return any ? Verdict::answer : Verdict::refused;
}

/// @return false when answering it would only repeat what was refused already.
bool CredentialStore::take(const Message& request, bool proxy, const Challenge& challenge) {
  Known fresh{std::string(request.call_id()), proxy, challenge, false, 0};
  Known* const known = find(fresh.call_id, proxy, challenge.realm);
  const auto sent = nonce_sent(request, proxy, challenge.realm);
  if (known == nullptr) {
    remember(std::move(fresh));
    return true;
  }
  if (!sent) {
    known->challenge = challenge;
    return true;
  }
  // Not every server that has dropped a nonce says "stale": what was accepted before, or what was
  // made for an older nonce than the one we know by now, is tried once more.
  const bool outdated = known->accepted || *sent != known->challenge.nonce;
  const int allowed = challenge.stale ? kMaxStale : (outdated ? 1 : 0);
  if (known->refusals >= allowed) {
    known_.erase(known_.begin() + (known - known_.data()));
    return false;
  }
  known->challenge = challenge;
  known->accepted = false;
  ++known->refusals;
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
  for (const Known& known : known_) {
    if (known.call_id != call_id) continue;
    request.add(credentials_field(known.proxy), to_string(answer(known.challenge, request)));
  }
}

DigestCredentials CredentialStore::answer(const Challenge& challenge, const Message& request) {
  DigestCredentials credentials;
  credentials.username = secret_.username;
  credentials.realm = challenge.realm;
  credentials.nonce = challenge.nonce;
  credentials.uri = request.uri();
  credentials.opaque = challenge.opaque;
  credentials.algorithm = challenge.algorithm;
  if (challenge.qop_auth) {
    credentials.nonce_count = next_count(challenge.nonce);
    credentials.cnonce = random_.token(16);
  }
  credentials.response = digest_response(credentials, secret_.password, request.method_name());
  return credentials;
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

void CredentialStore::on_accepted(std::string_view call_id) {
  for (Known& known : known_) {
    if (known.call_id != call_id) continue;
    known.accepted = true;
    known.refusals = 0;
  }
}

void CredentialStore::forget(std::string_view call_id) {
  std::erase_if(known_, [call_id](const Known& known) { return known.call_id == call_id; });
}

}  // namespace godwit::sip
