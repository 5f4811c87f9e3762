// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "godwit/error.h"
#include "lab/lab.h"

namespace godwit::lab {

/// Looks for everything a run needs: rights, devices, programs.
/// @return a sentence that says what is missing and what to do
[[nodiscard]] Result<void> check_requirements(const LabOptions& options);

/// `Errc::invalid_argument` for a scenario, server, peer or transport that does not exist.
[[nodiscard]] Result<void> check_options(const LabOptions& options);

}  // namespace godwit::lab
