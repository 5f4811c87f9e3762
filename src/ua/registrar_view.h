// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sip/event/reg_info.h"
#include "sip/message/uri.h"

namespace godwit::ua {

/// What the notices of a registrar come to (RFC 3680 §5.2): the contacts that a user has there. Full states are
/// taken as they come, partial ones in the order of their versions; after a gap nothing counts until one tells of
/// everything.
class RegistrarView {
 public:
  enum class Taken {
    news,
    old,  ///< what it says is known, or it is of nobody's concern
    gap,  ///< something before it is missing: the full state is to be asked for
  };
  /// @param aor  whose contacts count
  explicit RegistrarView(sip::Uri aor) : aor_(std::move(aor)) {}

  /// @param dialog  names the subscription's dialog: with another one versions begin anew
  Taken take(const sip::RegInfo& document, const std::string& dialog);

  /// That the newest document has told of.
  [[nodiscard]] const std::vector<sip::RegInfo::Contact>& told() const { return told_; }
  /// It has told of all that there are.
  [[nodiscard]] bool told_all() const { return told_all_; }
  /// All that are active.
  [[nodiscard]] const std::vector<sip::RegInfo::Contact>& contacts() const { return contacts_; }

 private:
  void put(const sip::RegInfo::Contact& contact);

  sip::Uri aor_;
  std::string dialog_;
  std::optional<std::uint32_t> version_;  // of the newest document; empty: none has come
  bool asked_ = false;                    // for the full state, after a gap
  std::vector<sip::RegInfo::Contact> contacts_, told_;
  bool told_all_ = false;
};

}  // namespace godwit::ua
