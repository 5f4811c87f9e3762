// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "godwit/time.h"
#include "sip/message/uri.h"

namespace godwit::server {

/// Where a user can be reached, and until when (RFC 3261 §10.3).
struct Binding {
  sip::Uri contact;
  sip::Parameters parameters;  // of the Contact value: q, +sip.instance, …; without expires
  std::string call_id;
  std::uint32_t cseq = 0;
  TimePoint expires_at{};
};

/// What one Contact value of a REGISTER asks for.
struct BindingChange {
  sip::Uri contact;
  sip::Parameters parameters;
  Duration expires{};  // 0 removes
};

/// One REGISTER as the table sees it.
struct BindingUpdate {
  std::string user;
  std::string call_id;
  std::uint32_t cseq = 0;
  std::vector<BindingChange> changes;
};

inline constexpr std::size_t kMaxBindingsPerUser = 16;

/// The location service: users and their bindings. Expired ones are gone without a timer, by not
/// being told of any more.
class LocationTable {
 public:
  enum class Outcome {
    done,
    out_of_order,  ///< a REGISTER with this Call-ID and a CSeq as high was here (step 7)
    too_many,      ///< more than kMaxBindingsPerUser would remain
  };
  /// All changes or none.
  Outcome update(const BindingUpdate& update, TimePoint now);
  /// `Contact: *`: all bindings of the user go, or none (step 6).
  Outcome remove_all(const BindingUpdate& update, TimePoint now);

  /// The live bindings of a user, the latest registered first.
  [[nodiscard]] std::vector<Binding> bindings(const std::string& user, TimePoint now) const;
  /// Has somebody a live binding with this host and port?
  [[nodiscard]] bool leads_to_binding(const sip::Uri& uri, TimePoint now) const;

 private:
  std::map<std::string, std::vector<Binding>> users_;
};

}  // namespace godwit::server
