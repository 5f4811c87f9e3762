// SPDX-License-Identifier: Apache-2.0
#include "commands.h"

namespace godwit::cli {

void add_commands(const Verb& program, Selected& selected) {
  add_call_command(program, selected);
  add_answer_command(program, selected);
  add_register_command(program, selected);
  add_message_command(program, selected);
  add_subscribe_command(program, selected);
  add_options_command(program, selected);
  add_devices_command(program, selected);
  add_resolve_command(program, selected);
  add_serve_command(program, selected);
  add_lab_command(program, selected);
  add_network_command(program, selected);
  add_parse_command(program, selected);
  add_sdp_command(program, selected);
  add_config_command(program, selected);
  add_history_command(program, selected);
  add_version_command(program, selected);
}

}  // namespace godwit::cli
