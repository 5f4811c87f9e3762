// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "event_json.h"
#include "net/network_snapshot.h"
#include "roam/network_delta.h"

namespace godwit::cli {

/// One line per interface with its addresses, then the default routes and the ways to `routes`.
[[nodiscard]] std::string to_text(const net::NetworkSnapshot& snapshot);
[[nodiscard]] Json to_json(const net::NetworkSnapshot& snapshot);
[[nodiscard]] Json to_json(const roam::Delta& delta);

}  // namespace godwit::cli
