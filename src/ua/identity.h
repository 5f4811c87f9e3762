// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/ids.h"
#include "godwit/options.h"
#include "net/flow.h"
#include "sip/message/message.h"
#include "srtp/master_key.h"
#include "ua/contact_form.h"
#include "ua/next_hop.h"

namespace godwit::ua {

/// An account's options, read: who it is and where its requests go.
struct Identity {
  AccountId id;
  sip::NameAddr address_of_record;
  sip::Uri registrar;                 ///< Request-URI of REGISTER
  /// All that there are, the preferred first, where there are several; `registrar` is one of them, or where one of
  /// them has sent us.
  std::vector<sip::Uri> registrars;
  std::vector<sip::Uri> outbound;     ///< outbound proxies, the next one first, as loose routes
  NextHop hop;                        ///< of requests outside dialogs
  TransferPolicy transfers = TransferPolicy::follow;
  /// Who may be told of its calls.
  struct MayWatch {
    bool everybody = false;
    std::vector<sip::Uri> named;
  };
  MayWatch may_watch;
  MediaSecurity media_security = MediaSecurity::automatic;
  SrtpKeying srtp_keying = SrtpKeying::sdes;
  std::vector<std::string> srtp_suites;
  /// The same by which keys are agreed on by DTLS: it has no profile for some of them.
  [[nodiscard]] std::vector<srtp::Suite> dtls_suites() const;
  bool follow_media = true;
  bool latch_media = false;
  Privacy privacy = Privacy::none;
  ContactForm contact;
  Outbound flows = Outbound::automatic;  ///< AccountOptions::outbound
  /// Who it is to its own server alone, when `address_of_record` is nobody's (RFC 3325 §9.2).
  std::optional<sip::NameAddr> preferred;
  /// The way that the registrar wants requests outside dialogs to take (RFC 3608).
  std::vector<sip::NameAddr> service_route;
  /// What the registrar gave this instance for its dialogs (RFC 5627): SIP URIs that lead to it wherever it
  /// is. A temporary one tells nobody whose it is.
  struct Gruus {
    /// With the REGISTER that it came by.
    struct Temporary {
      sip::Uri uri;
      std::string call_id{};
      std::uint32_t cseq = 0;
    };
    std::optional<sip::Uri> lasting;
    std::vector<Temporary> temporary;  ///< newest first, at most `limits::kTemporaryGruus`; all still lead here
  };
  Gruus gruus;
  bool keeps_flow = false;  ///< registrar and first hop send what is for us by our flow (RFC 5626)
  std::vector<std::string> warnings;  ///< what was left out or guessed of the options, for the log

  /// REGISTER is for that registrar from now on, and without outbound proxies all else goes there too.
  void turn_to(sip::Uri other_registrar);
};
/// Addresses are read as people write them. Errors: `invalid_argument` naming the option.
[[nodiscard]] Result<Identity> read_identity(AccountId id, const AccountOptions& options);

/// The account as one call shows it: by its own privacy, and by that of the call's options (RFC 3323
/// §4.1).
[[nodiscard]] Identity identity_for(const Identity& account, const CallOptions& options);

/// The Service-Route of a 2xx to REGISTER; empty when there is none, or one that does not read or has
/// more than `limits::kServiceRoutes` elements.
[[nodiscard]] std::vector<sip::NameAddr> read_service_route(const sip::Message& response);

/// Our Contact on a flow: the account's user at the address the flow is to be named by, or as its
/// ContactOptions say.
[[nodiscard]] sip::NameAddr contact_on(const net::Flow& flow, const Identity& identity);

/// A request outside any dialog: From, To, Call-ID, CSeq and Max-Forwards.
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
[[nodiscard]] sip::Message start_request(const RequestHead& head);
/// The same for `target`, which is Request-URI and To.
[[nodiscard]] sip::Message start_request_to(const sip::Uri& target, sip::Method method,
                                            const sip::NameAddr& from, const std::string& call_id,
                                            std::uint32_t cseq);
/// A request to the account's own server, which is where it goes: the outbound proxies are its
/// Routes (RFC 3261 §8.1.2).
void lead_to_server(sip::Message& request, const Identity& identity);
/// A request to `target`: the outbound proxies are its Routes, and behind them the Service-Route; a
/// proxy that both name stands there once, as the registrar has it. Without any the account's
/// server is still the first hop of a request to somebody else (RFC 3261 §8.1.2), and written as
/// Route. It is told who an anonymous caller is.
///
/// The request is sent to where the account registers all the same: that server honours Route (RFC
/// 3261 §8.1.2), and its flow is known to work.
void lead_by_server(sip::Message& request, const Identity& identity, const sip::Uri& target);
/// What an anonymous party asks of servers in requests and responses: Privacy (RFC 3325 §9.3).
void ask_for_privacy(sip::Message& message, const Identity& identity);

}  // namespace godwit::ua
