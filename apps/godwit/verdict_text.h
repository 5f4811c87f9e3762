// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "event_json.h"
#include "sdp/inspect.h"
#include "sip/verdict/verdict.h"

namespace godwit::cli {

// A verdict on a message or on a session description: one line for people, one JSON object for
// programs. Nothing that stands in the message ends the line or commands a terminal.

[[nodiscard]] std::string to_line(const sip::Verdict& verdict);
/// {"valid", "kind", "method"|"status", "error": {"field", "offset", "reason"}|null,
/// "answer": code|null, "reason", "warnings": ["…"]}
[[nodiscard]] Json to_json(const sip::Verdict& verdict);

[[nodiscard]] std::string to_line(const sdp::Inspection& inspection);
/// {"valid", "kind": "sdp", "error": {"field", "offset", "line", "reason"}|null, "warnings": ["…"]}
[[nodiscard]] Json to_json(const sdp::Inspection& inspection);

}  // namespace godwit::cli
