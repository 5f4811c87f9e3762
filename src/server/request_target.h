// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "godwit/time.h"
#include "server/authenticator.h"
#include "server/gruu.h"
#include "server/location_table.h"
#include "server/server_identity.h"
#include "sip/message/message.h"

namespace godwit::server {

/// Did the request come by a Route of ours? Then it belongs to a dialog that we are on the way of.
enum class CameBy { itself, our_route };

/// What a flow token in a Route of ours comes to (RFC 5626 §5.3.1).
struct NamedFlow {
  std::optional<net::Flow> flow;  ///< empty: it is gone
};

/// An answer instead of forwarding.
struct Rejection {
  int status = 0;
  std::string detail;  // 420: the extensions that are not known

  bool operator==(const Rejection&) const = default;
};

/// May the request be forwarded at all (RFC 3261 §16.3 steps 2, 3 and 5)? Empty: yes.
[[nodiscard]] std::optional<Rejection> find_fault(const sip::Message& request);

/// One place where a request goes.
struct Destination {
  sip::Uri uri;              ///< its new Request-URI
  net::FlowId connection{};  ///< that its binding was made by, tried first; none: by the URI alone
  std::vector<sip::NameAddr> path{};  ///< the way there, by proxies that the binding named
  std::optional<net::Flow> flow{};    ///< the one way there (RFC 5626 §5.3)
  /// Other flows to the same instance, tried in turn while nobody answers (RFC 5626 §7).
  std::vector<Destination> otherwise{};

  bool operator==(const Destination&) const = default;
};

/// Where a request goes (§16.5): to the bindings of our user that it names; within a dialog to
/// whatever it names; else nowhere, because a relay for everybody is an open one.
class TargetChooser {
 public:
  /// All of it outlives the chooser.
  TargetChooser(const ServerIdentity& identity, const Authenticator& users,
                const LocationTable& locations, const Gruus& gruus)
      : identity_(identity), users_(users), locations_(locations), gruus_(gruus) {}

  using Targets = std::vector<Destination>;
  using Choice = std::variant<Rejection, Targets>;
  /// The same for a request that came by Routes of ours, where a flow was named.
  [[nodiscard]] std::variant<Rejection, Targets> choose(const sip::Message& request,
                                                        const NamedFlow& named,
                                                        TimePoint now) const;
  [[nodiscard]] std::variant<Rejection, Targets> choose(const sip::Message& request, CameBy came_by,
                                                        TimePoint now) const;

 private:
  [[nodiscard]] std::variant<Rejection, Targets> look_up(const sip::Uri& uri, TimePoint now) const;
  [[nodiscard]] std::variant<Rejection, Targets> look_up_instance(const sip::Uri& uri,
                                                                  TimePoint now) const;

  const ServerIdentity& identity_;
  const Authenticator& users_;
  const LocationTable& locations_;
  const Gruus& gruus_;
};

}  // namespace godwit::server
