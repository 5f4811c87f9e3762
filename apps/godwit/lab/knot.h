// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "lab/child_process.h"
#include "lab/run_files.h"

namespace godwit::lab {

/// The zone of the lab's domain: addresses of both families, and SRV records for all transports.
[[nodiscard]] std::string zone_text();

/// Writes zone and configuration and tells how to start Knot DNS in `core`, on port 53 of both of its
/// addresses.
[[nodiscard]] Result<ProcessSpec> prepare_knot(const RunFiles& files, const NetNamespace& core);

}  // namespace godwit::lab
