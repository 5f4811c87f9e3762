// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "event_json.h"
#include "godwit/call_quality.h"

namespace godwit::cli {

/// The fields of `media.quality` (docs/events.md).
[[nodiscard]] Json to_json(const CallQuality& quality);

/// How it is heard just now, for one line: "MOS 4.4  loss 0 %  jitter 2 ms  round trip 51 ms"; empty as
/// long as nothing has been heard.
[[nodiscard]] std::string quality_now(const CallQuality& quality);

/// Two lines on the whole call: what we heard, and what the far end says of us.
[[nodiscard]] std::string quality_summary(const CallQuality& quality);

/// "round trip of 512 ms, more than 400 ms"
[[nodiscard]] std::string to_text(const QualityChanged& change);

}  // namespace godwit::cli
