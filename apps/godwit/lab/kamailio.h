// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "lab/child_process.h"
#include "lab/run_files.h"

namespace godwit::lab {

/// Where Kamailio listens, and what it says of itself.
enum class KamailioForm {
  udp,      ///< its name and not its address in Record-Route: fit for a change of family
  streams,  ///< UDP, TCP and TLS, addresses in Record-Route, two of them between two kinds of flow
};

/// Configuration of Kamailio 5.6 as registrar and record-routing proxy: digest on REGISTER and
/// INVITE, both families.
[[nodiscard]] std::string kamailio_config(KamailioForm form, const RunFiles& files);

/// Writes the configuration and tells how to start Kamailio in `core`, touching nothing of a
/// Kamailio that the machine may run for itself.
[[nodiscard]] Result<ProcessSpec> prepare_kamailio(KamailioForm form, const RunFiles& files,
                                                   const NetNamespace& core);

}  // namespace godwit::lab
