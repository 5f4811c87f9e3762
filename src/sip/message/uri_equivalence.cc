// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <compare>

#include "sip/message/escape.h"
#include "sip/message/field.h"
#include "sip/message/grammar.h"
#include "sip/message/tel_uri.h"
#include "sip/message/uri.h"

namespace godwit::sip {
namespace {

// Parameters that change where a request goes or what it is: given in one URI only, the two differ.
bool must_be_in_both(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames{"user", "ttl", "method", "maddr", "transport"};
  return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view known) {
    return same_unescaped(known, name, LetterCase::ignored);
  });
}

using Sorted = std::vector<const Parameter*>;

std::strong_ordering order_of_names(const Parameter& a, const Parameter& b) {
  return compare_unescaped(a.name, b.name, LetterCase::ignored);
}

// In the order of their names. Of several with one name, which RFC 3261 §19.1.1 forbids, the first
// counts, as it does for all that read it.
Sorted sorted_by_name(const Parameters& parameters) {
  Sorted sorted;
  sorted.reserve(parameters.size());
  for (const Parameter& parameter : parameters) sorted.push_back(&parameter);
  std::sort(sorted.begin(), sorted.end(), [](const Parameter* a, const Parameter* b) {
    const auto order = order_of_names(*a, *b);
    return order == 0 ? a < b : order < 0;
  });
  const auto same_name = [](const Parameter* a, const Parameter* b) {
    return order_of_names(*a, *b) == 0;
  };
  sorted.erase(std::unique(sorted.begin(), sorted.end(), same_name), sorted.end());
  return sorted;
}

// RFC 5954 §4.2: an address is compared by its bytes, in maddr as in the host.
bool same_address(std::string_view a, std::string_view b) {
  const auto address = net::IpAddress::parse(a);
  return address && address == net::IpAddress::parse(b);
}

bool same_value(const Parameter& a, const Parameter& b) {
  const std::string_view a_value = a.value ? std::string_view(*a.value) : "";
  const std::string_view b_value = b.value ? std::string_view(*b.value) : "";
  return same_unescaped(a_value, b_value, LetterCase::ignored) ||
         (same_unescaped(a.name, "maddr", LetterCase::ignored) && same_address(a_value, b_value));
}

bool parameters_agree(const Parameters& a, const Parameters& b) {
  if (a.empty() && b.empty()) return true;
  const Sorted mine = sorted_by_name(a);
  const Sorted theirs = sorted_by_name(b);
  auto my = mine.begin();
  auto their = theirs.begin();
  while (my != mine.end() && their != theirs.end()) {
    const auto order = order_of_names(**my, **their);
    if (order == 0) {
      if (!same_value(**my++, **their++)) return false;
    } else if (must_be_in_both(order < 0 ? (*my++)->name : (*their++)->name)) {
      return false;
    }
  }
  const auto matters = [](const Parameter* parameter) { return must_be_in_both(parameter->name); };
  return std::none_of(my, mine.end(), matters) && std::none_of(their, theirs.end(), matters);
}

// RFC 3261 §20: what is made of tokens is compared without regard to case. Addresses, free text and
// what is not known are not: to take two for one is the worse mistake.
LetterCase letter_case_of(Field field) {
  switch (field) {
    case Field::priority:
    case Field::require:
    case Field::proxy_require:
    case Field::supported:
    case Field::accept_encoding:
    case Field::accept_language:
    case Field::content_encoding:
    case Field::content_language:
    case Field::privacy:
    case Field::request_disposition:
      return LetterCase::ignored;
    default:
      return LetterCase::matters;
  }
}

/// A header of a URI, its name recognised in its compact form too.
struct Header {
  Field field = Field::extension;
  std::string_view name;
  std::string_view value;
};

std::strong_ordering operator<=>(const Header& a, const Header& b) {
  if (const auto order = a.field <=> b.field; order != 0) return order;
  if (a.field == Field::extension) {
    const auto order = compare_unescaped(a.name, b.name, LetterCase::ignored);
    if (order != 0) return order;
  }
  return compare_unescaped(a.value, b.value, letter_case_of(a.field));
}

std::vector<Header> sorted_headers(const Parameters& headers) {
  std::vector<Header> sorted;
  sorted.reserve(headers.size());
  for (const Parameter& header : headers) {
    Header& read = sorted.emplace_back();
    read.name = header.name;
    if (header.value) read.value = *header.value;
    const auto name = unescape(header.name);
    if (name) read.field = field_from_name(*name);
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const Header& a, const Header& b) { return (a <=> b) < 0; });
  return sorted;
}

// "URI header components are never ignored": each has its own on the other side.
bool headers_match(const Parameters& a, const Parameters& b) {
  if (a.size() != b.size()) return false;
  if (a.empty()) return true;
  const auto mine = sorted_headers(a);
  const auto theirs = sorted_headers(b);
  return std::equal(mine.begin(), mine.end(), theirs.begin(),
                    [](const Header& x, const Header& y) { return (x <=> y) == 0; });
}

// Of the schemes that stay opaque only tel says how it is compared.
bool equivalent_opaque(const Uri& a, const Uri& b) {
  if (a.opaque == b.opaque || a.scheme != "tel") return a.opaque == b.opaque;
  const auto a_number = tel_uri_from(a, PhoneContext::optional);
  const auto b_number = tel_uri_from(b, PhoneContext::optional);
  return a_number && b_number && equivalent(*a_number, *b_number);
}

}  // namespace

// What is left out differs from the default written out: `sip:h` and `sip:h:5060` are two.
bool equivalent(const Uri& a, const Uri& b) {
  if (a.scheme != b.scheme) return false;
  if (!a.is_sip()) return equivalent_opaque(a, b);
  return same_unescaped(a.user, b.user, LetterCase::matters) &&
         same_unescaped(a.password, b.password, LetterCase::matters) && same_host(a.host, b.host) &&
         a.port == b.port && parameters_agree(a.parameters, b.parameters) &&
         headers_match(a.headers, b.headers);
}

}  // namespace godwit::sip
