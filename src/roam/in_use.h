// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "godwit/ids.h"
#include "net/ip_address.h"

namespace godwit::roam {

/// Something that talks from one of our addresses to one address of another host.
struct Link {
  net::IpAddress local;
  net::IpAddress remote;
  /// Every address the same host is known by, both families, `remote` among them, best first.
  std::vector<net::IpAddress> remote_addresses;

  bool operator==(const Link&) const = default;
};

/// A registration that is wanted: granted, under way or failing.
struct AccountInUse {
  AccountId account;
  Link server;
};

/// A call that is up or being set up.
struct CallInUse {
  CallId call;
  AccountId account;
  Link signalling;            ///< to the next hop of the dialog
  std::optional<Link> media;  ///< to where RTP goes; empty while nothing is agreed
};

/// All that a network change could touch: filled by the user agent, read by the plan.
struct InUse {
  std::vector<AccountInUse> accounts;
  std::vector<CallInUse> calls;
};

}  // namespace godwit::roam
