// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "event_json.h"
#include "exit_code.h"
#include "io/locate_driver.h"

namespace godwit::cli {

/// {"targets":[…],"queries":[…]}: where a request would go, best first, and what was asked for it.
[[nodiscard]] Json to_json(const io::LocateOutcome& outcome);
/// The same as a table for people, with the reason for each place.
[[nodiscard]] std::string to_text(const io::LocateOutcome& outcome);
/// A target is a success, whatever else failed. `what` as it was typed.
[[nodiscard]] Verdict verdict_on(const io::LocateOutcome& outcome, const std::string& what);

}  // namespace godwit::cli
