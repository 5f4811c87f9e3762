// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "godwit/options.h"
#include "net/ip_address.h"

namespace godwit::sip {

/// An address of one name, and where the kernel would talk to it from.
struct Destination {
  net::IpAddress address;
  std::optional<net::IpAddress> source;  ///< empty: no route leads there
  bool deprecated = false;               ///< the source is: it serves only what already uses it
};

/// The addresses of one name in the order in which they are to be tried: sorted by RFC 6724 §6 with
/// its default policy table, then the families by turns (RFC 8305 §4, First Address Family Count
/// 1).
///
/// Left out is what no route leads to and what `use` forbids. An address that could only be spoken
/// to from a source of another scope (from a link-local one to the Internet) comes after all
/// others, whichever family is preferred. Rules 3 and 4 need what only the kernel knows of its
/// sources.
[[nodiscard]] std::vector<net::IpAddress> order_destinations(
    const std::vector<Destination>& destinations, FamilyUse use);

}  // namespace godwit::sip
