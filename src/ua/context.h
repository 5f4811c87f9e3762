// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/random.h"
#include "godwit/options.h"
#include "sip/locate/next_hop.h"
#include "sip/transaction/transaction_table.h"
#include "ua/outbox.h"

namespace godwit::ua {

class FlowSelector;
class RegisterPace;
struct SoundMeans;

/// Names one probe of a UDP target.
using ProbeId = StrongId<struct ProbeTag>;

/// Names one request outside dialogs that the user asked for.
using ErrandId = StrongId<struct ErrandTag>;

/// Names one subscriber who is told of our calls.
using WatcherId = StrongId<struct WatcherTag>;

/// Whose request a client transaction carries.
struct RegistrationOwner {
  AccountId account;
};
struct ProbeOwner {
  AccountId account;
};
/// A probe of a flow selector's candidate: see ProbeWanted.
struct CandidateOwner {
  ProbeId probe;
};
/// A request that only asks whether a flow is alive.
struct AliveOwner {
  net::FlowId flow;
};
struct CallOwner {
  CallId call;
};
/// A query or a message outside dialogs.
struct ErrandOwner {
  ErrandId errand;
};
struct SubscriptionOwner {
  SubscriptionId subscription;
};
/// A NOTIFY of ours.
struct WatcherOwner {
  WatcherId watcher;
};
/// A request whose call is already over, or already dialled anew, for the user: a BYE of which only a
/// challenge is still answered, or a cancelled INVITE of which a late 2xx is acknowledged and ended.
struct FarewellOwner {
  AccountId account;
  std::shared_ptr<const sip::Message> request;
  std::uint32_t last_sequence = 0;  ///< highest CSeq number used in early dialogs of an INVITE
  sip::NextHop hop{};               ///< of a BYE
  TimePoint give_up{};              ///< likewise: until then it may leave again by another network
  int failures = 0;                 ///< likewise: how often it was answered 430, or could not be delivered
};
/// The last words of a dialog whose call is over: an ACK if its 2xx still wants one, and a BYE. They
/// wait for a flow without the call.
struct Parting {
  AccountId account;
  sip::NextHop hop;
  std::optional<sip::Message> ack;
  sip::Message bye;
  std::optional<TimePoint> give_up{};  ///< empty: not tried yet
  std::optional<TimePoint> not_before{};
  int failures = 0;  ///< as in FarewellOwner
};
/// A call that the peer of another one has asked for (RFC 3515). The engine makes it.
struct ReferredCall {
  CallId by;
  sip::Uri target;
  std::string referred_by;  ///< field value, as it came; empty: not said
  std::string replaces;     ///< likewise
  std::string joins;        ///< likewise
};
using Owner = std::variant<RegistrationOwner, ProbeOwner, CandidateOwner, AliveOwner, CallOwner,
                           ErrandOwner, SubscriptionOwner, WatcherOwner, FarewellOwner>;

/// What every machine inside the engine works with.
struct Context {
  const UserAgentOptions& options;
  Random& random;
  Outbox& out;
  sip::TransactionTable& transactions;
  FlowSelector& flows;
  std::map<sip::ClientId, Owner>& owners;
  std::uint64_t& last_path;  ///< the newest PathId given out
  std::vector<Parting>& partings;
  std::vector<ReferredCall>& referred_calls;
  const SoundMeans& sound;
  RegisterPace& pace;

  /// Sends a request and remembers whose it is.
  sip::ClientId send(sip::Message request, const net::Flow& flow, Owner owner, TimePoint now) const;
  void abandon(sip::ClientId id) const;
};

/// What the log says when a 2xx comes from somebody who does not know the password.
inline constexpr std::string_view kWrongProof =
    "the answer does not prove that the server knows the password; its next nonce is not taken";

/// The User-Agent field: what the options say, or "godwit/<version>".
[[nodiscard]] std::string user_agent_text(const UserAgentOptions& options);

}  // namespace godwit::ua
