// SPDX-License-Identifier: Apache-2.0
#include "ua/dialog_choice.h"

#include "sip/header/value_parameters.h"

namespace godwit::ua {
namespace {

std::string value_of(const sip::EventPackage& event, std::string_view name) {
  const auto* value = sip::find_parameter(event.parameters, name);
  return value == nullptr ? std::string() : sip::value_text(*value);
}

}  // namespace

bool DialogChoice::includes(const DialogInfo& dialog) const {
  if (call_id.empty()) return true;
  return dialog.call_id == call_id && dialog.local_tag == local_tag &&
         (remote_tag.empty() || dialog.remote_tag == remote_tag);
}

// "The to-tag is matched against the local tag, the from-tag is matched against the remote tag."
std::optional<DialogChoice> read_dialog_choice(const sip::EventPackage& event) {
  DialogChoice choice{value_of(event, "call-id"), value_of(event, "to-tag"),
                      value_of(event, "from-tag")};
  const bool all = choice == DialogChoice{};
  if (!all && (choice.call_id.empty() || choice.local_tag.empty())) return std::nullopt;
  return choice;
}

}  // namespace godwit::ua
