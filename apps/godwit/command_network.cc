// SPDX-License-Identifier: Apache-2.0
#include "commands.h"
#include "network_history.h"
#include "network_plan.h"
#include "network_watch.h"

namespace godwit::cli {

void add_network_command(const Verb& program, Selected& selected) {
  const Verb network =
      program.add_verb("network", "What the system offers, and what a change would mean");
  add_network_watch(network, selected);
  add_network_plan(network, selected);
  add_network_history(network, selected);
}

}  // namespace godwit::cli
