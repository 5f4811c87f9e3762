// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string_view>
#include <variant>
#include <vector>

#include "godwit/error.h"
#include "godwit/time.h"
#include "net/ip_address.h"
#include "sip/locate/dns_question.h"
#include "sip/transport/io_action.h"

namespace godwit::ua {

/// The addresses of names that session descriptions give instead of one (dual-stack test T73): asked
/// for by the type that stands before the name and no other, kept as long as DNS allows.
class MediaNames {
 public:
  struct Pending {};
  using Answer = std::variant<net::IpAddress, Pending, Error>;

  /// Answers that may be used once only are kept this long, for the call that has asked.
  static constexpr std::chrono::seconds kShortest{10};

  /// Errors: `name_not_found`, also for what is no name of a host.
  [[nodiscard]] Answer address_of(std::string_view name, net::Family family, TimePoint now);
  /// Passes over what was not asked for here.
  void on_dns_answered(const sip::DnsAnswered& answered, TimePoint now);
  /// What another network said of a name need not be true here.
  void on_network() { known_.clear(); }
  [[nodiscard]] std::vector<sip::IoAction> take_actions();

 private:
  struct Entry {
    std::optional<TimePoint> until;  ///< empty: it has been asked for
    std::optional<net::IpAddress> address;
  };
  std::map<sip::DnsQuestion, Entry> known_;
  std::vector<sip::IoAction> actions_;
};

}  // namespace godwit::ua
