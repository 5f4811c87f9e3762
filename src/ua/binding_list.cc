// SPDX-License-Identifier: Apache-2.0
#include "ua/binding_list.h"

#include <algorithm>

#include "base/text.h"
#include "sip/header/contact.h"
#include "sip/header/number.h"

namespace godwit::ua {
namespace {

using std::chrono::seconds;

std::optional<seconds> lifetime_of_all(const sip::Message& response) {
  const auto field = response.field(sip::Field::expires);
  if (!field) return std::nullopt;
  const auto value = sip::scan_delta_seconds(*field);
  return value ? std::optional(*value) : std::nullopt;
}

Binding binding_of(const sip::Contact& contact, const std::optional<seconds>& of_all) {
  // RFC 3261 §10.3: a registrar tells each one's time; 3600 s is the default of old (§10.2.1.1).
  constexpr seconds kUntold{3600};
  return {sip::to_string(contact.uri), contact.expires.value_or(of_all.value_or(kUntold)),
          contact.instance};
}

bool is_of_instance(const sip::Contact& contact, const Asked& asked) {
  return asked.reg_id != 0 && contact.reg_id && equal_ignoring_case(contact.instance, asked.instance);
}

void shorten(std::optional<seconds>& lifetime, seconds by) {
  lifetime = lifetime ? std::min(*lifetime, by) : by;
}

}  // namespace

bool names_same_binding(std::string_view a, std::string_view b) {
  const auto left = sip::parse_uri(a);
  const auto right = sip::parse_uri(b);
  return left && right && sip::equivalent(*left, *right);
}

std::vector<Binding> read_bindings(const sip::Message& response) {
  const auto of_all = lifetime_of_all(response);
  std::vector<Binding> bindings;
  for (const auto value : response.values(sip::Field::contact)) {
    const auto contact = sip::parse_contact(value);
    if (!contact) continue;
    auto binding = binding_of(*contact, of_all);
    if (binding.expires.count() > 0) bindings.push_back(std::move(binding));
  }
  return bindings;
}

Granted read_grant(const sip::Message& response, const Asked& asked) {
  const auto of_all = lifetime_of_all(response);
  Granted granted;
  std::optional<seconds> briefest;
  for (const auto value : response.values(sip::Field::contact)) {
    const auto contact = sip::parse_contact(value);
    if (!contact) continue;
    const auto uri = sip::to_string(contact->uri);
    const bool of_instance = is_of_instance(*contact, asked);
    if (of_instance && contact->reg_id != asked.reg_id) continue;  // another flow of ours
    if (of_instance || names_same_binding(uri, asked.contact)) {
      granted.listed = true;
      if (!asked.instance.empty() && equal_ignoring_case(contact->instance, asked.instance)) {
        granted.pub_gruu = contact->pub_gruu;
        granted.temp_gruu = contact->temp_gruu;
      }
      shorten(granted.lifetime, contact->expires.value_or(of_all.value_or(asked.expires)));
      continue;
    }
    auto other = binding_of(*contact, of_all);
    if (other.expires.count() == 0) continue;
    const bool ours = std::any_of(asked.old.begin(), asked.old.end(), [&](const auto& old) {
      return names_same_binding(old, uri);
    });
    if (ours) {
      granted.old.push_back(uri);
    } else {
      shorten(briefest, other.expires);
      granted.others.push_back(std::move(other));
    }
  }
  if (!granted.listed) granted.lifetime = of_all ? *of_all : briefest.value_or(asked.expires);
  if (granted.lifetime->count() == 0) granted.lifetime.reset();
  return granted;
}

}  // namespace godwit::ua
