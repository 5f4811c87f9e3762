// SPDX-License-Identifier: Apache-2.0
#include <CLI/App.hpp>

#include "commands.h"
#include "network_plan.h"
#include "network_watch.h"

namespace godwit::cli {

void add_network_command(CLI::App& program, Selected& selected) {
  CLI::App* network =
      program.add_subcommand("network", "What the system offers, and what a change would mean");
  network->require_subcommand(1);
  add_network_watch(*network, selected);
  add_network_plan(*network, selected);
}

}  // namespace godwit::cli
