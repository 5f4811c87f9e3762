// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lab/contact_figures.h"
#include "lab/progress.h"
#include "lab/run.h"

namespace godwit::lab {

/// Walks a scenario of the course "contact" once: A, dual stack, finds its server by DNS while IPv6
/// towards it swallows every packet, registers, and calls B. Everything it started has ended when
/// it returns. Fails where the rig could not be set up.
[[nodiscard]] Result<ContactResult> walk_contact(const RunOrder& order, Progress& progress);

}  // namespace godwit::lab
