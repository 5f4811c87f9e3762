// SPDX-License-Identifier: Apache-2.0
#include "sip/header/contact_preference.h"

#include "sip/header/value_parameters.h"

namespace godwit::sip {
namespace {

// Where the parameters begin: behind the "*" that stands for any contact.
Scanned<std::size_t> skip_star(std::string_view text) {
  const auto star = skip_whitespace(text, 0);
  if (star == text.size() || text[star] != '*') return fault("expected \"*\"", star);
  return star + 1;
}

bool put_flag(bool& flag, std::optional<std::string_view> value) {
  if (flag || value) return false;
  flag = true;
  return true;
}

}  // namespace

// ac-value = "*" *( SEMI ( feature-param / req-param / explicit-param / generic-param ) )
Scanned<AcceptContact> parse_accept_contact(std::string_view text) {
  const auto at = skip_star(text);
  if (!at) return tl::unexpected<Fault>(at.error());
  AcceptContact preference;
  const auto take = [&](std::string_view name, std::optional<std::string_view> value) -> Taken {
    if (equal_ignoring_case(name, "require")) return put_flag(preference.require, value);
    if (equal_ignoring_case(name, "explicit")) return put_flag(preference.explicit_match, value);
    return put_feature_tag(preference.features, name, value);
  };
  const auto wrong = read_value_parameters(text, *at, preference.other, take);
  if (wrong) return tl::unexpected<Fault>(*wrong);
  return preference;
}

std::string to_string(const AcceptContact& preference) {
  std::string text = "*";
  append_feature_tags(text, preference.features);
  if (preference.require) text += ";require";
  if (preference.explicit_match) text += ";explicit";
  append_parameters(text, preference.other);
  return text;
}

// rc-value = "*" *( SEMI ( feature-param / generic-param ) )
Scanned<RejectContact> parse_reject_contact(std::string_view text) {
  const auto at = skip_star(text);
  if (!at) return tl::unexpected<Fault>(at.error());
  RejectContact preference;
  const auto take = [&](std::string_view name, std::optional<std::string_view> value) -> Taken {
    return put_feature_tag(preference.features, name, value);
  };
  const auto wrong = read_value_parameters(text, *at, preference.other, take);
  if (wrong) return tl::unexpected<Fault>(*wrong);
  return preference;
}

std::string to_string(const RejectContact& preference) {
  std::string text = "*";
  append_feature_tags(text, preference.features);
  append_parameters(text, preference.other);
  return text;
}

}  // namespace godwit::sip
