// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/App.hpp>
#include <functional>

namespace godwit::cli {

/// The verb that the command line named, ready to run. @return the exit code.
struct Selected {
  std::function<int()> run;
};

// Each adds one verb to the program's grammar.
void add_register_command(CLI::App& program, Selected& selected);
void add_call_command(CLI::App& program, Selected& selected);
void add_answer_command(CLI::App& program, Selected& selected);
void add_options_command(CLI::App& program, Selected& selected);
void add_serve_command(CLI::App& program, Selected& selected);
void add_lab_command(CLI::App& program, Selected& selected);
void add_network_command(CLI::App& program, Selected& selected);
void add_version_command(CLI::App& program, Selected& selected);

}  // namespace godwit::cli
