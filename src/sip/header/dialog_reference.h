// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sip/message/grammar.h"
#include "sip/message/uri.h"

namespace godwit::sip {

// Header fields that name a dialog: a Call-ID and both tags as parameters. Each also occurs as a
// header of a Refer-To URI (RFC 3891 §4); what is read here is then the unescaped value.

/// Replaces: the dialog that the new one takes the place of (RFC 3891 §6.1).
struct Replaces {
  std::string call_id;
  std::string to_tag;  // tokens; "0" stands for a tag that is not there (RFC 3891 §3)
  std::string from_tag;
  bool early_only = false;  // not to be done once the dialog is confirmed
  Parameters other;

  bool operator==(const Replaces&) const = default;
};
[[nodiscard]] Scanned<Replaces> parse_replaces(std::string_view text);
[[nodiscard]] std::string to_string(const Replaces& value);

/// Join: the dialog that the new one is to be mixed with (RFC 3911 §7.1).
struct Join {
  std::string call_id;
  std::string to_tag;
  std::string from_tag;
  Parameters other;

  bool operator==(const Join&) const = default;
};
[[nodiscard]] Scanned<Join> parse_join(std::string_view text);
[[nodiscard]] std::string to_string(const Join& value);

/// The dialog that a Replaces or Join names, as who receives it knows that dialog: the field's to-tag is
/// the receiver's own (RFC 3891 §3, RFC 3911 §4).
struct DialogName {
  std::string_view call_id;
  std::string_view local_tag;
  std::string_view remote_tag;
};
[[nodiscard]] inline DialogName dialog_named_by(const Replaces& value) {
  return {value.call_id, value.to_tag, value.from_tag};
}
[[nodiscard]] inline DialogName dialog_named_by(const Join& value) {
  return {value.call_id, value.to_tag, value.from_tag};
}

/// Target-Dialog: a dialog whose knowledge gives the right to send this request (RFC 4538).
struct TargetDialog {
  std::string call_id;
  std::string local_tag;  // local to the sender of the request
  std::string remote_tag;
  Parameters other;

  bool operator==(const TargetDialog&) const = default;
};
[[nodiscard]] Scanned<TargetDialog> parse_target_dialog(std::string_view text);
[[nodiscard]] std::string to_string(const TargetDialog& value);

}  // namespace godwit::sip
