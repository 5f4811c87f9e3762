// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "lab/figures.h"

namespace godwit::lab {

/// Why a change took the round trips that it took: a sentence for each one beyond the least that
/// the transport and the way of changing need, the one for that least first.
///
/// @param transport  of A's signalling: "udp", "tcp" or "tls"
/// @param told  the HandoverReport of the call, if there is one
[[nodiscard]] std::vector<std::string> explain_round_trips(
    const std::string& transport, const ChangeMark& mark, const ChangeFigures& figures,
    const std::optional<nlohmann::json>& told);

}  // namespace godwit::lab
