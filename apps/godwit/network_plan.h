// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "commands.h"

namespace godwit::cli {

/// `network plan`: what would be done for a registration and its calls, without doing it.
void add_network_plan(const Verb& network, Selected& selected);

}  // namespace godwit::cli
