// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "godwit/time.h"
#include "net/flow.h"
#include "sip/message/name_addr.h"
#include "sip/message/uri.h"

namespace godwit::server {

/// Where a user can be reached, and until when (RFC 3261 §10.3).
struct Binding {
  sip::Uri contact;
  sip::Parameters parameters;  // of the Contact value: q, +sip.instance, …; without expires
  std::string call_id;
  std::uint32_t cseq = 0;
  TimePoint expires_at{};
  /// The connection that it was registered by: requests leave on that very one (RFC 5626 §5.3). Of
  /// an outbound binding the flow, which over UDP is from where to where its REGISTER went.
  std::optional<net::Flow> connection;
  /// The proxies on the way to the Contact, the first of them first (RFC 3327 §5.3).
  std::vector<sip::NameAddr> path;
  /// That connection was the only way there, and is gone; the next REGISTER brings another.
  bool lost = false;
  /// Outbound (RFC 5626 §6): the binding is known by these two, whatever its Contact says. 0: it is
  /// none, and is known by its Contact.
  std::uint32_t reg_id = 0;
  std::string instance{};  // "urn:uuid:…"; empty: it named none
  /// Of the REGISTER with this Call-ID that it began with (RFC 5628 §5.2); 0: that is not known.
  std::uint32_t first_cseq = 0;
};

/// What one Contact value of a REGISTER asks for.
struct BindingChange {
  sip::Uri contact;
  sip::Parameters parameters;
  Duration expires{};  // 0 removes
  std::optional<net::Flow> connection{};
  std::uint32_t reg_id = 0;  // as in `Binding`
  std::string instance{};
};

/// One REGISTER as the table sees it.
struct BindingUpdate {
  std::string user;
  std::string call_id;
  std::uint32_t cseq = 0;
  std::vector<BindingChange> changes;
  std::vector<sip::NameAddr> path{};  // of the whole REGISTER: every binding that it makes has it
};

inline constexpr std::size_t kMaxBindingsPerUser = 16;
inline constexpr std::size_t kMaxBindings = 10'000;  // of all users

/// Are requests for the Contact sent back on the connection that registered it? Yes when it says so
/// (a `reg-id`, RFC 5626), names the connection's transport, or the address it comes from.
[[nodiscard]] bool is_reached_by(const BindingChange& change, const net::Flow& flow);

/// Is nobody reached by its Contact? Nobody listens at the far end of a connection that was opened
/// to us, nor behind a NAT.
[[nodiscard]] bool only_leads_back(const Binding& binding, const net::Flow& connection);

/// The location service: users and their bindings. Expired ones are gone without a timer, by not
/// being told of any more.
class LocationTable {
 public:
  enum class Outcome {
    done,
    out_of_order,  ///< a REGISTER with this Call-ID and a CSeq as high was here (step 7)
    too_many,      ///< more than kMaxBindingsPerUser would remain
    full,          ///< more than kMaxBindings would
  };
  /// All changes or none.
  Outcome update(const BindingUpdate& update, TimePoint now);
  /// `Contact: *`: all bindings of the user go, or none (step 6).
  Outcome remove_all(const BindingUpdate& update, TimePoint now);

  /// The live bindings of a user, the latest registered first.
  [[nodiscard]] std::vector<Binding> bindings(const std::string& user, TimePoint now) const;
  /// Has somebody a live binding with this host and port?
  [[nodiscard]] bool leads_to_binding(const sip::Uri& uri, TimePoint now) const;

  /// The connection of the binding with this user, host and port, of several the one that lasts
  /// longest; none: there is no such binding.
  [[nodiscard]] net::FlowId connection_to(const sip::Uri& uri, TimePoint now) const;
  /// The flow of the outbound binding with this user, host and port, of several the one that lasts
  /// longest.
  [[nodiscard]] std::optional<net::Flow> flow_to(const sip::Uri& uri, TimePoint now) const;
  /// Did an outbound binding come by this very flow?
  [[nodiscard]] bool is_flow_of_binding(const net::Flow& flow, TimePoint now) const;
  /// Does the connection have to stay for a binding that was made by it? Not for an outbound one:
  /// its client keeps the flow alive (RFC 5626 §4.4), or it is dead.
  [[nodiscard]] bool is_registered_by(net::FlowId connection, TimePoint now) const;
  /// What was registered by the connection stays until it expires. It is reached by its Contact
  /// from now on, unless nobody can listen there: then it is lost.
  void on_closed(net::FlowId connection);

  /// Adds one of an earlier process behind those that are there, if there is room.
  /// @return whether it is reached by it now.
  bool restore(const std::string& user, Binding binding, TimePoint now);
  /// Users whose bindings are others than at the last `forget_changed()`; that some have expired is
  /// no change.
  [[nodiscard]] const std::set<std::string>& changed() const { return changed_; }
  void forget_changed() { changed_.clear(); }

 private:
  [[nodiscard]] const Binding* find_reached(const sip::Uri& uri, TimePoint now) const;
  [[nodiscard]] bool has_room_for(std::size_t more, TimePoint now);

  std::map<std::string, std::vector<Binding>> users_;
  std::set<std::string> changed_;
  std::size_t size_ = 0;  // of all lists, with what has expired and was not looked at since
};

}  // namespace godwit::server
