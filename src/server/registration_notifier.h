// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/random.h"
#include "server/authenticator.h"
#include "server/gruu.h"
#include "server/location_table.h"
#include "server/path_finder.h"
#include "server/server_identity.h"
#include "server/server_options.h"
#include "sip/dialog/dialog.h"
#include "sip/event/reg_info.h"
#include "sip/header/event_package.h"
#include "sip/transaction/transaction_table.h"

namespace godwit::server {

/// Tells users what becomes of their bindings: the notifier of the `reg` package (RFC 3680, RFC 5628), on the
/// rules of RFC 6665 §4.2. Each is told of what is theirs alone, and proves itself as with REGISTER.
///
/// Told are bindings that come, go or lead elsewhere; that one was refreshed is told along. A NOTIFY leaves by
/// the flow of the newest SUBSCRIBE: who has moved says so by another one, and is told everything then.
class RegistrationNotifier {
 public:
  /// What it works with; all of it outlives it.
  struct Parts {
    const ServerOptions& options;
    const ServerIdentity& identity;
    Authenticator& authenticator;
    const LocationTable& locations;
    Gruus& gruus;
    sip::TransactionTable& transactions;
    const PathFinder& paths;
    Random& random;
  };
  explicit RegistrationNotifier(Parts parts) : parts_(parts) {}

  /// @return false: it is no SUBSCRIBE to this package and one of our users, nor inside a dialog of ours.
  [[nodiscard]] bool on_subscribe(const sip::RequestReceived& received, TimePoint now);
  /// A REGISTER has changed the bindings of a user.
  void on_registered(const std::string& user, TimePoint now);
  /// @return false: it is no answer to a NOTIFY of ours.
  [[nodiscard]] bool on_response(const sip::ResponseReceived& received, TimePoint now);
  [[nodiscard]] bool on_client_failed(const sip::ClientFailed& failed);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  [[nodiscard]] std::size_t size() const { return watchers_.size(); }

 private:
  /// One binding as a watcher knows it.
  struct Row {
    sip::RegInfo::Contact told;
    TimePoint expires_at{};
  };
  using Rows = std::map<std::string, Row>;  // by what a binding is known by
  struct Watcher {
    std::string user;
    sip::Dialog dialog;
    sip::EventPackage event;
    net::Flow flow;  // of the newest SUBSCRIBE
    TimePoint until{};
    Rows rows{};
    std::uint64_t last_row = 0;
    std::uint32_t version = 0;  // of the next document
    bool all_due = true;        // the next document tells of everything
    std::string over{};         // why nothing more is told after the next NOTIFY; empty: it goes on
    std::optional<sip::ClientId> notify{};
  };
  using Id = std::uint64_t;

  [[nodiscard]] bool concerns_us(const sip::Message& request) const;
  [[nodiscard]] std::string user_of(const sip::RequestReceived& received, TimePoint now);
  [[nodiscard]] int refusal_of(const sip::Message& request, const std::string& user) const;
  [[nodiscard]] std::optional<std::chrono::seconds> granted(const sip::RequestReceived& received,
                                                            TimePoint now);
  void begin(const sip::RequestReceived& received, const std::string& user, TimePoint now);
  void refresh(const sip::RequestReceived& received, Id id, TimePoint now);
  void accept(const sip::RequestReceived& received, Id id, std::chrono::seconds expires, TimePoint now);
  void refuse(const sip::RequestReceived& received, int status, TimePoint now);
  [[nodiscard]] sip::RegInfo::Contact shown(const std::string& user, const Binding& binding, TimePoint now);
  [[nodiscard]] std::vector<sip::RegInfo::Contact> changes(Watcher& watcher, TimePoint now);
  [[nodiscard]] sip::RegInfo document_for(Watcher& watcher, std::vector<sip::RegInfo::Contact> changed) const;
  void speak(Id id, TimePoint now);
  void forget_notify(Watcher& watcher);
  void drop(Id id);
  [[nodiscard]] std::string contact_on(const net::Flow& flow) const;
  [[nodiscard]] std::optional<TimePoint> deadline_of(const Watcher& watcher) const;

  Parts parts_;
  std::map<Id, Watcher> watchers_;
  std::map<sip::ClientId, Id> notifies_;
  Id last_ = 0;
};

}  // namespace godwit::server
