// SPDX-License-Identifier: Apache-2.0
// The godwit program: reads the command line, runs one verb, hands its exit code on.
#include <cstdio>
#include <exception>

#include "commands.h"
#include "exit_code.h"

int main(int argc, char** argv) {
  using namespace godwit::cli;
  try {
    Selected selected;
    const Reading reading = read_command_line(
        argc, argv, [&selected](const Verb& program) { add_commands(program, selected); });
    return reading.done ? reading.exit_code : selected.run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "godwit: %s\n", error.what());
    return static_cast<int>(ExitCode::other_failure);
  }
}
