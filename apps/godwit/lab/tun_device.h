// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "godwit/error.h"
#include "lab/unique_fd.h"

namespace godwit::lab {

/// Makes a TUN device in the calling thread's namespace; it lives as long as the descriptor, which
/// reads and writes whole IP packets and never blocks.
[[nodiscard]] Result<UniqueFd> open_tun(const std::string& name);

}  // namespace godwit::lab
