// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sip/verdict/abilities.h"

namespace godwit::ua {

/// What the engine does of what a peer may ask: the one place that its answers, Allow, Accept and
/// Supported come from.
[[nodiscard]] const sip::Abilities& abilities();

}  // namespace godwit::ua
