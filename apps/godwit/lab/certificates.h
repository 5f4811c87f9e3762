// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "godwit/error.h"
#include "lab/run_files.h"

namespace godwit::lab {

/// Makes an authority and the server's certificate in the run's folder, valid for a day: for the
/// lab's domain and the server's name.
[[nodiscard]] Result<void> make_certificates(const RunFiles& files);

}  // namespace godwit::lab
