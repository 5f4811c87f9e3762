// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "lab/child_process.h"
#include "lab/run_files.h"

namespace godwit::lab {

/// Configuration of Kamailio 5.6 as registrar and record-routing proxy: digest on REGISTER and
/// INVITE, both families, its name and not its address in Record-Route.
[[nodiscard]] std::string kamailio_config();

/// Writes the configuration and tells how to start Kamailio in `core`, touching nothing of a
/// Kamailio that the machine may run for itself.
[[nodiscard]] Result<ProcessSpec> prepare_kamailio(const RunFiles& files, const NetNamespace& core);

}  // namespace godwit::lab
