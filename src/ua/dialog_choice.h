// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "sip/header/event_package.h"
#include "ua/dialog_info.h"

namespace godwit::ua {

/// Of which dialogs a subscription to the `dialog` package wants to be told (RFC 4235 §3.2): of all,
/// of those of one INVITE, or of one.
struct DialogChoice {
  std::string call_id;  ///< empty: all
  std::string local_tag;
  std::string remote_tag;  ///< empty: whatever it is

  [[nodiscard]] bool includes(const DialogInfo& dialog) const;
  bool operator==(const DialogChoice&) const = default;
};

/// What the parameters of Event name. Empty: less than Call-ID and our tag, which no dialog can be
/// told by.
///
/// `include-session-description` is a wish that we do not follow: a session description holds keys
/// and addresses, and who may know of a call may not therefore listen to it.
[[nodiscard]] std::optional<DialogChoice> read_dialog_choice(const sip::EventPackage& event);

}  // namespace godwit::ua
