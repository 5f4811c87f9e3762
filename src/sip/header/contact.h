// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip/header/feature_tag.h"
#include "sip/header/number.h"
#include "sip/message/scan.h"

namespace godwit::sip {

/// One element of Contact, found and checked without copying any of it.
struct ContactParts {
  bool all = false;  // "*", and nothing else is set
  NameAddrParts address;
  std::optional<Thousandths> q;
  std::optional<std::chrono::seconds> expires;
  std::optional<std::uint32_t> reg_id;
  // As on the wire, with their quotes; empty: not given.
  std::string_view instance;  // its angle brackets stand inside the quotes
  std::string_view pub_gruu;
  std::string_view temp_gruu;
};

/// Reads one element of Contact, or "*".
[[nodiscard]] Scanned<ContactParts> scan_contact(std::string_view text);

/// One element of Contact (RFC 3261 §20.10).
struct Contact {
  std::string display_name;  // unquoted
  Uri uri;
  std::optional<Thousandths> q;  // preference among the contacts; none: 1000 (RFC 3261 §16.6)
  /// A malformed lifetime reads as 3600 s, one that is too long as 2^32-1 s (RFC 3261 §20.10).
  std::optional<std::chrono::seconds> expires;
  std::string instance;                 // RFC 5626 §4.1: "urn:uuid:…"; empty: none
  std::optional<std::uint32_t> reg_id;  // RFC 5626 §4.2: 1 to 2^31-1
  std::string pub_gruu;                 // RFC 5627 §4.2: a URI; empty: none
  std::string temp_gruu;
  FeatureTags features;  // those that are well-formed
  Parameters other;

  bool operator==(const Contact&) const = default;
};

[[nodiscard]] Scanned<Contact> parse_contact(std::string_view text);
[[nodiscard]] std::string to_string(const Contact& contact);

/// The whole value of Contact: "*", which stands for all bindings (RFC 3261 §10.2.2), or at least
/// one element.
struct Contacts {
  bool all = false;
  std::vector<Contact> list;  // empty when `all`

  bool operator==(const Contacts&) const = default;
};

[[nodiscard]] Scanned<Contacts> parse_contacts(std::string_view text);
[[nodiscard]] std::string to_string(const Contacts& contacts);

}  // namespace godwit::sip
