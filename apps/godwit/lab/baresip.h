// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "lab/child_process.h"
#include "lab/run_files.h"
#include "lab/wav_file.h"

namespace godwit::lab {

/// Writes a configuration folder for baresip 1.0 as B: registers, answers at once, plays its file
/// and records what it hears. It reads no hosts file, so its server is an address.
[[nodiscard]] Result<ProcessSpec> prepare_baresip(const std::string& media, const RunFiles& files,
                                                  const NetNamespace& where);

/// What baresip heard, all its recordings in their order: it makes one for each call.
[[nodiscard]] Result<Samples> read_baresip_recordings(const RunFiles& files);

}  // namespace godwit::lab
