// SPDX-License-Identifier: Apache-2.0
#include "ua/redirection.h"

#include <algorithm>

#include "base/limits.h"
#include "sip/header/contact.h"
#include "sip/message/grammar.h"

namespace godwit::ua {
namespace {

constexpr int kUseProxy = 305;

/// What a Contact says, best first; what cannot be called is left out.
std::vector<sip::Contact> contacts_of(const sip::Message& response) {
  std::vector<sip::Contact> contacts;
  for (const auto value : response.values(sip::Field::contact)) {
    if (contacts.size() == limits::kRedirectTargets) break;
    auto contact = sip::parse_contact(value);
    // RFC 3261 §20.10: one whose lifetime is over is none.
    const bool over = contact && contact->expires == std::chrono::seconds{0};
    if (contact && contact->uri.is_sip() && !over) contacts.push_back(*std::move(contact));
  }
  std::stable_sort(contacts.begin(), contacts.end(), [](const auto& a, const auto& b) {
    return a.q.value_or(sip::kFullPreference) > b.q.value_or(sip::kFullPreference);
  });
  return contacts;
}

/// Without what a Request-URI must not have (RFC 3261 §19.1.1, table 1). A redirection may ask for
/// header fields of the new request too; who redirects has no say in what we tell others.
sip::Uri as_request_uri(sip::Uri uri) {
  uri.headers.clear();
  uri.password.clear();
  std::erase_if(uri.parameters, [](const sip::Parameter& parameter) {
    return equal_ignoring_case(parameter.name, "method");
  });
  return uri;
}

}  // namespace

std::optional<Redirection::Target> Redirection::on_redirect(const sip::Message& response,
                                                            const sip::Uri& asked) {
  if (tried_.empty()) tried_.push_back({response.status(), as_request_uri(asked), std::nullopt});
  if (hops_ == 0) return std::nullopt;
  --hops_;
  if (response.status() == kUseProxy) {
    take_proxy(response, asked);
  } else {
    take_contacts(response);
  }
  return next();
}

// RFC 3261 §21.3.4: this one request goes by the proxy.
void Redirection::take_proxy(const sip::Message& response, const sip::Uri& asked) {
  const auto contacts = contacts_of(response);
  if (contacts.empty()) return;
  waiting_.push_front({kUseProxy, asked, as_request_uri(contacts.front().uri)});
}

// Those of the newest answer stand before what earlier ones have left: they are what has become of
// the one that was tried.
void Redirection::take_contacts(const sip::Message& response) {
  std::deque<Target> found;
  for (const auto& contact : contacts_of(response)) {
    found.push_back({response.status(), as_request_uri(contact.uri), std::nullopt});
  }
  waiting_.insert(waiting_.begin(), found.begin(), found.end());
}

std::optional<Redirection::Target> Redirection::next() {
  while (!waiting_.empty() && tried_.size() <= limits::kRedirectTargets) {
    Target target = std::move(waiting_.front());
    waiting_.pop_front();
    if (!is_new(target)) continue;  // RFC 3261 §8.1.3.4: no URI twice
    tried_.push_back(target);
    return target;
  }
  return std::nullopt;
}

bool Redirection::is_new(const Target& target) const {
  return std::none_of(tried_.begin(), tried_.end(), [&](const Target& one) {
    const bool same_way = one.proxy.has_value() == target.proxy.has_value() &&
                          (!one.proxy || sip::equivalent(*one.proxy, *target.proxy));
    return same_way && sip::equivalent(one.uri, target.uri);
  });
}

}  // namespace godwit::ua
