// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "godwit/options.h"
#include "ua/identity.h"

namespace godwit::ua {

/// An account's options with what was read of them.
struct AccountSetting {
  const AccountOptions& options;
  const Identity& identity;
  /// Those of the account, or of the agent.
  BindOptions bind;
  TlsOptions tls;
};

/// What differs between two settings of an account, by what has to be done about it. What is not here takes
/// effect with the next call, and needs nothing else.
struct AccountChanges {
  bool registrar = false;       ///< who is registered, or where: the old binding is removed there
  bool way = false;             ///< by which servers requests go
  bool sockets = false;         ///< from where they leave
  bool tls = false;             ///< whom TLS trusts, and who we are to it
  bool credentials = false;
  bool contact = false;         ///< what Contact says
  bool outbound = false;        ///< whether flows of one instance are asked for
  bool watch_messages = false;
  bool watch_registration = false;
  bool dialog_watchers = false;
};
[[nodiscard]] bool same_uris(const std::vector<sip::Uri>& a, const std::vector<sip::Uri>& b);
[[nodiscard]] AccountChanges changes_between(const AccountSetting& from, const AccountSetting& to);

}  // namespace godwit::ua
