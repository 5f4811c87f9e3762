// SPDX-License-Identifier: Apache-2.0
#include "sip/header/contact.h"

#include <algorithm>

#include "sip/header/address.h"
#include "sip/header/value_list.h"
#include "sip/header/value_parameters.h"

namespace godwit::sip {
namespace {

constexpr std::uint32_t kMaxRegId = 0x7fff'ffff;  // RFC 5626 §4.2

// RFC 3261 §20.10: "Malformed values SHOULD be treated as equivalent to 3600", and those above
// 2^32-1 as equivalent to that.
Scanned<std::chrono::seconds> read_lifetime(std::string_view value) {
  const auto seconds = scan_delta_seconds(value);
  if (seconds) return seconds;
  const bool is_number = !value.empty() && std::all_of(value.begin(), value.end(), is_digit);
  return is_number ? std::chrono::seconds{std::numeric_limits<std::uint32_t>::max()}
                   : std::chrono::seconds{3600};
}

Scanned<std::uint32_t> scan_reg_id(std::string_view value) {
  const auto number = scan_number(value, kMaxRegId);
  if (number && *number == 0) return fault("expected a number from 1 on", 0);
  return number;
}

bool is_in_quoted_brackets(std::string_view value) {
  return value.size() > 4 && value.starts_with("\"<") && value.ends_with(">\"");
}

// What a quoted-string says when it says anything.
bool put_quoted(std::string_view& place, std::optional<std::string_view> value) {
  if (!place.empty() || !value || !value->starts_with('"') || value->size() <= 2) return false;
  place = *value;
  return true;
}

/// Puts a parameter where it belongs; a second one of a kind stays among the others.
Taken take(ContactParts& parts, std::string_view name, std::optional<std::string_view> value) {
  switch (name.size()) {
    case 1:
      if (parts.q || to_lower(name[0]) != 'q') return false;
      return put(parts.q, scan_bare_or_quoted(value, scan_qvalue));
    case 6:
      if (parts.reg_id || !equal_ignoring_case(name, "reg-id")) return false;
      return put(parts.reg_id, scan_bare_or_quoted(value, scan_reg_id));
    case 7:
      if (parts.expires || !equal_ignoring_case(name, "expires")) return false;
      return put(parts.expires, scan_bare_or_quoted(value, read_lifetime));
    case 8:
      return equal_ignoring_case(name, "pub-gruu") && put_quoted(parts.pub_gruu, value);
    case 9:
      return equal_ignoring_case(name, "temp-gruu") && put_quoted(parts.temp_gruu, value);
    case 13:
      return equal_ignoring_case(name, "+sip.instance") && value && is_in_quoted_brackets(*value) &&
             put_quoted(parts.instance, value);
    default:
      return false;
  }
}

std::string read_instance(std::string_view quoted) {
  if (quoted.empty()) return {};
  const auto bracketed = unquote(quoted);
  return bracketed.substr(1, bracketed.size() - 2);
}

}  // namespace

// ( name-addr / addr-spec ) *( SEMI contact-params )           (RFC 3261 §25.1, RFC 5626, RFC 5627)
Scanned<ContactParts> scan_contact(std::string_view text) {
  ContactParts parts;
  parts.all = trim(text) == "*";
  if (parts.all) return parts;
  const auto address = scan_name_addr(text);
  if (!address) return tl::unexpected<Fault>(address.error());
  parts.address = *address;

  std::optional<Fault> wrong;
  const auto misread =
      for_each_parameter(address->parameters, scan_field_parameter, [&](const auto& parameter) {
        if (wrong) return;
        const auto taken = take(parts, parameter.name, parameter.value);
        if (taken) return;
        const auto value = parameter.value.value_or(parameter.name);
        wrong =
            shifted(taken.error(), static_cast<std::size_t>(value.data() - text.data())).value();
      });
  if (misread) return shifted(*misread, parameters_at(text, *address));
  if (wrong) return tl::unexpected<Fault>(*wrong);
  return parts;
}

Scanned<Contact> parse_contact(std::string_view text) {
  if (trim(text) == "*") return fault("expected an address: \"*\" stands only alone", 0);
  const auto address = scan_name_addr(text);
  if (!address) return tl::unexpected<Fault>(address.error());
  Contact contact;
  ContactParts parts;
  const auto wrong = read_value_parameters(text, parameters_at(text, *address), contact.other,
                                           [&](std::string_view name, auto value) -> Taken {
                                             const auto taken = take(parts, name, value);
                                             if (!taken || *taken) return taken;
                                             return put_feature_tag(contact.features, name, value);
                                           });
  if (wrong) return tl::unexpected<Fault>(*wrong);
  contact.display_name = read_display_name(*address);
  contact.uri = read_uri(address->uri);
  contact.q = parts.q;
  contact.expires = parts.expires;
  contact.reg_id = parts.reg_id;
  contact.instance = read_instance(parts.instance);
  contact.pub_gruu = unquote(parts.pub_gruu);
  contact.temp_gruu = unquote(parts.temp_gruu);
  return contact;
}

std::string to_string(const Contact& contact) {
  std::string text;
  append_address(text, contact.display_name, contact.uri);
  if (contact.q) append_parameter(text, "q", write_qvalue(*contact.q));
  if (contact.expires) append_parameter(text, "expires", write_delta_seconds(*contact.expires));
  if (!contact.instance.empty()) {
    append_parameter(text, "+sip.instance", quote('<' + contact.instance + '>'));
  }
  if (contact.reg_id) {
    append_parameter(text, "reg-id", std::to_string(std::clamp(*contact.reg_id, 1U, kMaxRegId)));
  }
  if (!contact.pub_gruu.empty()) append_parameter(text, "pub-gruu", quote(contact.pub_gruu));
  if (!contact.temp_gruu.empty()) append_parameter(text, "temp-gruu", quote(contact.temp_gruu));
  append_feature_tags(text, contact.features);
  append_parameters(text, contact.other);
  return text;
}

Scanned<Contacts> parse_contacts(std::string_view text) {
  if (trim(text) == "*") return Contacts{true, {}};
  auto list = parse_value_list(text, parse_contact);
  if (!list) return tl::unexpected<Fault>(list.error());
  return Contacts{false, std::move(*list)};
}

std::string to_string(const Contacts& contacts) {
  return contacts.all ? "*" : write_value_list(contacts.list);
}

}  // namespace godwit::sip
