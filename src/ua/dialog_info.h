// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sip/message/name_addr.h"

namespace godwit::ua {

/// One dialog of ours as others are told of it (RFC 4235 §3.7, §4.1).
struct DialogInfo {
  enum class Direction { initiator, recipient };
  enum class State { trying, proceeding, early, confirmed, terminated };
  /// Why it is terminated.
  enum class Event { none, cancelled, rejected, replaced, local_bye, remote_bye, error, timeout };

  std::string id;  ///< of the element: the same as long as the dialog lives, never used twice
  std::string call_id;
  std::string local_tag;
  std::string remote_tag;  ///< empty: there is none yet
  Direction direction = Direction::initiator;
  State state = State::trying;
  Event event = Event::none;
  int code = 0;  ///< of the response that rejected it; 0: none
  sip::NameAddr local;
  sip::NameAddr remote;

  bool operator==(const DialogInfo&) const = default;
};

/// What one NOTIFY says: all dialogs, or those that are no longer as they were.
struct DialogInfoDocument {
  enum class Extent { full, partial };
  std::uint32_t version = 0;
  Extent extent = Extent::full;
  std::string entity;  ///< whose dialogs they are: a SIP URI
  std::vector<DialogInfo> dialogs;
};

inline constexpr std::string_view kDialogInfoType = "application/dialog-info+xml";

/// The document, in UTF-8; what XML has no place for is replaced or left out.
[[nodiscard]] std::string write_dialog_info(const DialogInfoDocument& document);

}  // namespace godwit::ua
