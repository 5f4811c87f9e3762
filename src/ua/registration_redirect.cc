// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "sip/auth/challenge_choice.h"
#include "sip/header/contact.h"
#include "ua/registration.h"

// A registrar that sends us to another one (RFC 3261 §8.1.3.4, §21.3).

namespace godwit::ua {
namespace {

bool is_secure(const sip::NextHop& hop) {
  return hop.secure || sip::transport_of(hop) == net::Transport::tls;
}

// How long the target that was chosen counts.
std::optional<std::chrono::seconds> lifetime_of(const sip::Message& response, const sip::Uri& target) {
  for (const auto value : response.values(sip::Field::contact)) {
    const auto contact = sip::parse_contact(value);
    if (contact && contact->expires && sip::equivalent(contact->uri, target)) return contact->expires;
  }
  return std::nullopt;
}

}  // namespace

// Never from a sips URI to another, and never from TLS to less: whoever answers in the server's place may
// not have us speak in the clear.
bool Registration::may_be_sent_to(const sip::Uri& target) const {
  const auto& home = redirected_->home.value_or(identity_.registrar);
  if (home.scheme == "sips" && target.scheme != "sips") return false;
  if (!identity_.outbound.empty()) return true;  // the hop is the proxy's, as before
  return flow_.transport != net::Transport::tls || is_secure(sip::next_hop_of(target));
}

// A 305 names a proxy on the way to the same registrar (§21.3.4); who has proxies of its own keeps to them.
bool Registration::follow_redirect(const sip::Message& response, TimePoint now) {
  if (uplink_ || goal_ != Goal::registered || response.status() >= 400) return false;
  if (!redirected_) redirected_ = std::make_unique<Redirected>();
  auto& [way, home, until] = *redirected_;
  auto target = way.on_redirect(response, identity_.registrar);
  while (target && ((target->proxy && !identity_.outbound.empty()) ||
                    !may_be_sent_to(target->proxy.value_or(target->uri)))) {
    context_.out.log(LogLevel::warning, "registration", call_id_,
                     "not followed: " + sip::to_string(target->proxy.value_or(target->uri)));
    target = way.next();
  }
  if (!target) return false;
  if (!home) home = identity_.registrar;
  const auto lifetime = lifetime_of(response, target->proxy.value_or(target->uri));
  until = lifetime ? std::optional(now + *lifetime) : std::nullopt;
  identity_.turn_to(target->uri);
  if (target->proxy) identity_.hop.server = sip::next_hop_of(*target->proxy);
  credentials_.forget(call_id_);  // a nonce is the business of who gave it
  ask_again({response.status(), std::string(response.reason())}, now);
  return true;
}

// Who sent us there may know of another one by now; who sends us there again is not followed.
bool Registration::go_home(const Failure& failure, TimePoint now) {
  if (!redirected_ || !redirected_->home || goal_ != Goal::registered || failure.own) return false;
  identity_.turn_to(*std::exchange(redirected_->home, std::nullopt));
  redirected_->until.reset();
  due_.reset();
  ask_again(failure, now);
  return true;
}

// Before a REGISTER that is due: what was told for a time holds no longer, and what was refused in the last
// round may be followed in this one.
void Registration::leave_outdated_redirect(TimePoint now) {
  if (!redirected_) return;
  if (!redirected_->home) return redirected_.reset();
  if (!redirected_->until || now < *redirected_->until) return;
  identity_.turn_to(*redirected_->home);
  redirected_.reset();
}

// Where somebody else has sent us, the password is used for no realm but ours: each answer to a challenge is
// something to try passwords on.
bool Registration::may_answer(const sip::Message& challenge) {
  const bool away = redirected_ && redirected_->home;
  const auto own = [&](const std::string& realm) {
    const auto& host = identity_.address_of_record.uri.host;
    return realm == sip::to_string(host) || realm == sip::to_string(redirected_->home->host) ||
           std::find(realms_.begin(), realms_.end(), realm) != realms_.end();
  };
  for (const auto field : {sip::Field::www_authenticate, sip::Field::proxy_authenticate}) {
    for (const auto& asked : sip::ChallengeChooser({}).choose(challenge.values(field))) {
      if (away && !own(asked.realm)) return false;
      const bool known = std::find(realms_.begin(), realms_.end(), asked.realm) != realms_.end();
      if (!away && !known && realms_.size() < limits::kKnownRealms) realms_.push_back(asked.realm);
    }
  }
  return true;
}

}  // namespace godwit::ua
