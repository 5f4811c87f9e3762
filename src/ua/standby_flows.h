// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "net/uplink.h"
#include "ua/registration.h"

namespace godwit::ua {

/// The flows of one account that are kept ready beside the one that carries (RFC 5626 §4.2.1): each over an
/// uplink of its own, with a registration and a reg-id of its own. An uplink keeps its reg-id, so that
/// whatever is left there is replaced when it comes back.
class StandbyFlows {
 public:
  struct Standby {
    net::Uplink uplink;
    std::unique_ptr<Registration> registration;
  };

  /// So many are kept ready at once.
  static constexpr std::size_t kMost = 3;

  StandbyFlows(Identity& identity, sip::CredentialStore& credentials, Context& context)
      : identity_(identity), credentials_(credentials), context_(context) {}

  /// These are to be kept ready from now on, the best first, and no others. What is left of one that
  /// has no address any more, not among `alive`, is removed by the flow that carries.
  void want(const std::vector<net::Uplink>& uplinks, const std::vector<net::Uplink>& alive,
            std::chrono::seconds expires, TimePoint now);
  void stop(TimePoint now) { want({}, {}, {}, now); }
  /// The account is registered: what could not be removed while nothing led there is removed now.
  void clean_up(TimePoint now);
  /// Their bindings are nobody's any more.
  void forget() { all_.clear(); }

  /// One that is registered and stands: over a flow from this address, or the best. Null: there is none.
  [[nodiscard]] Standby* ready_from(const net::IpAddress& local);
  [[nodiscard]] Standby* best_ready();
  /// `main` has from now on what the standby had, its flow, binding and reg-id, and the standby is that of
  /// `before` with what `main` had; whether that is still wanted is the next `want`'s business.
  void exchange(Registration& main, Standby& standby, const net::Uplink& before);
  /// The standby of an uplink, whether it is wanted or not. Null: there never was one.
  [[nodiscard]] Standby* of(const net::Uplink& uplink);

  /// Registrations, the best first.
  [[nodiscard]] std::vector<Standby>& all() { return all_; }
  [[nodiscard]] const std::vector<Standby>& all() const { return all_; }
  [[nodiscard]] bool empty() const { return all_.empty(); }
  /// Something is still to be registered or removed.
  [[nodiscard]] bool busy() const;
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  void on_timeout(TimePoint now);

 private:
  void start(const net::Uplink& uplink, std::chrono::seconds expires, TimePoint now);
  [[nodiscard]] bool stands(const Registration& registration) const;

  Identity& identity_;
  sip::CredentialStore& credentials_;
  Context& context_;
  std::vector<Standby> all_;
  std::uint32_t last_reg_id_ = 1;  // the account's first flow has 1
};

}  // namespace godwit::ua
