// SPDX-License-Identifier: Apache-2.0
#include "sip/header/priority.h"

#include "sip/header/value_parameters.h"
#include "sip/header/value_reader.h"

namespace godwit::sip {
namespace {

using Level = Priority::Level;

std::string_view name_of(Level level) {
  switch (level) {
    case Level::non_urgent:
      return "non-urgent";
    case Level::normal:
      return "normal";
    case Level::urgent:
      return "urgent";
    case Level::emergency:
      return "emergency";
    case Level::other:
      break;
  }
  return {};
}

}  // namespace

// priority-value = "emergency" / "urgent" / "normal" / "non-urgent" / other-priority
Scanned<Priority> parse_priority(std::string_view text) {
  const auto name = scan_whole_token(text, "expected a priority");
  if (!name) return tl::unexpected<Fault>(name.error());
  for (const auto level : {Level::non_urgent, Level::normal, Level::urgent, Level::emergency}) {
    if (equal_ignoring_case(*name, name_of(level))) return Priority{level, ""};
  }
  return Priority{Level::other, std::string(*name)};
}

std::string to_string(const Priority& priority) {
  return priority.level == Level::other ? as_token(priority.other)
                                        : std::string(name_of(priority.level));
}

}  // namespace godwit::sip
