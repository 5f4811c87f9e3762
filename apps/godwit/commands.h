// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "grammar.h"

namespace godwit::cli {

/// The verb that the command line named, ready to run. @return the exit code.
struct Selected {
  std::function<int()> run;
};

// Each adds one verb to the program's grammar.
void add_register_command(const Verb& program, Selected& selected);
void add_call_command(const Verb& program, Selected& selected);
void add_answer_command(const Verb& program, Selected& selected);
void add_message_command(const Verb& program, Selected& selected);
void add_subscribe_command(const Verb& program, Selected& selected);
void add_options_command(const Verb& program, Selected& selected);
void add_devices_command(const Verb& program, Selected& selected);
void add_resolve_command(const Verb& program, Selected& selected);
void add_serve_command(const Verb& program, Selected& selected);
void add_lab_command(const Verb& program, Selected& selected);
void add_network_command(const Verb& program, Selected& selected);
void add_parse_command(const Verb& program, Selected& selected);
void add_sdp_command(const Verb& program, Selected& selected);
void add_config_command(const Verb& program, Selected& selected);
void add_history_command(const Verb& program, Selected& selected);
void add_version_command(const Verb& program, Selected& selected);

/// All of them, in the order of the help.
void add_commands(const Verb& program, Selected& selected);

}  // namespace godwit::cli
