// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "commands.h"

namespace godwit::cli {

/// `network watch`: the network as it is, then every change with its named reasons.
void add_network_watch(const Verb& network, Selected& selected);

}  // namespace godwit::cli
