// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/ids.h"
#include "godwit/options.h"
#include "net/flow.h"
#include "sip/message/message.h"
#include "ua/next_hop.h"

namespace godwit::ua {

/// An account's options, read: who it is and where its requests go.
struct Identity {
  AccountId id;
  sip::NameAddr address_of_record;
  sip::Uri registrar;                 ///< Request-URI of REGISTER
  std::optional<sip::Uri> outbound;   ///< outbound proxy, written as Route
  NextHop hop;                        ///< of requests outside dialogs
  TransferPolicy transfers = TransferPolicy::follow;
  std::vector<std::string> warnings;  ///< what was left out or guessed of the options, for the log
};
/// Addresses are read as people write them. Errors: `invalid_argument` naming the option.
[[nodiscard]] Result<Identity> read_identity(AccountId id, const AccountOptions& options);

/// Our Contact on a flow: the account's user at the address the flow is to be named by.
[[nodiscard]] sip::NameAddr contact_on(const net::Flow& flow, const Identity& identity);

/// A request outside any dialog: From with `from_tag`, To, Call-ID, CSeq, Max-Forwards, User-Agent, and
/// the outbound proxy as Route.
struct RequestHead {
  sip::Method method = sip::Method::options;
  std::string uri;
  sip::NameAddr from;
  sip::NameAddr to;
  std::string call_id;
  std::uint32_t cseq = 1;
};
/// From of a request that no account stands behind (RFC 3261 §8.1.1.3).
[[nodiscard]] sip::NameAddr anonymous(std::string tag);
[[nodiscard]] sip::Message start_request(const RequestHead& head,
                                         const std::optional<sip::Uri>& outbound);
/// Without an outbound proxy the account's server is still the first hop of a request to somebody else
/// (RFC 3261 §8.1.2): it is written as Route.
void lead_by_server(sip::Message& request, const Identity& identity, const sip::Uri& target);

}  // namespace godwit::ua
