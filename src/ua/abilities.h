// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sip/verdict/abilities.h"

namespace godwit::ua {

/// What the engine does of what a peer may ask: the one place that its answers, Allow, Accept and
/// Supported come from.
[[nodiscard]] const sip::Abilities& abilities();
/// The same where an account's calls may be watched (RFC 4235).
[[nodiscard]] const sip::Abilities& watched_abilities();

}  // namespace godwit::ua
