// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sip/message/field.h"

namespace godwit::sip {

/// What is sent in reply to a message, and why.
struct Answer {
  /// A field that the response carries besides those of every response.
  struct ExtraField {
    Field field;
    std::string value;

    bool operator==(const ExtraField&) const = default;
  };

  std::optional<int> status;  // empty: nothing is sent
  std::string reason;         // one line, with the section that asks for it
  std::vector<ExtraField> fields;

  bool operator==(const Answer&) const = default;
};

}  // namespace godwit::sip
