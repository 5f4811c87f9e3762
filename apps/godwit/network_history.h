// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "commands.h"

namespace godwit::cli {

/// `network history`: the network changes that commands of this user went through.
void add_network_history(const Verb& network, Selected& selected);

}  // namespace godwit::cli
