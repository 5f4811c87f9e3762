// SPDX-License-Identifier: Apache-2.0
// The godwit program: reads the command line, runs one verb, hands its exit code on.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "commands.h"
#include "exit_code.h"
#include "godwit/version.h"

namespace godwit::cli {
namespace {

constexpr const char* kFooter =
    "\nExit codes: 0 ok, 1 other failure, 2 usage, 3 rejected by the far end, 4 no answer in "
    "time,\n"
    "5 no network path, 7 authentication, 8 media, 9 call lost with a network change, 130 "
    "interrupted.\n"
    "\nExamples:\n"
    "  godwit lab run wifi-to-lte            see a call survive, without any server of your own\n"
    "  godwit serve --domain example.org --users users.txt\n"
    "  godwit answer --aor bob@example.org --echo\n"
    "  godwit call bob --aor alice@example.org --play tone:440 --duration 10\n";

void describe(CLI::App& program) {
  program.name("godwit");
  program.description("A SIP user agent whose calls stay up while the network changes.");
  program.footer(kFooter);
  program.set_version_flag("--version", "godwit " GODWIT_VERSION);
  program.require_subcommand(1);
  program.failure_message(CLI::FailureMessage::help);
}

int usage_error(const CLI::App& program, const CLI::ParseError& error) {
  std::fprintf(stderr, "godwit: %s\n", error.what());
  std::string named;
  for (const CLI::App* verb : program.get_subcommands()) named += " " + verb->get_name();
  std::fprintf(stderr, "        See godwit%s --help.\n", named.c_str());
  return static_cast<int>(ExitCode::usage);
}

int run(int argc, char** argv) {
  CLI::App program;
  Selected selected;
  describe(program);
  add_call_command(program, selected);
  add_answer_command(program, selected);
  add_register_command(program, selected);
  add_options_command(program, selected);
  add_serve_command(program, selected);
  add_lab_command(program, selected);
  add_network_command(program, selected);
  add_version_command(program, selected);
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& wanted) {  // --help, --version
    return program.exit(wanted);
  } catch (const CLI::ParseError& error) {
    return usage_error(program, error);
  }
  return selected.run();
}

}  // namespace
}  // namespace godwit::cli

int main(int argc, char** argv) {
  try {
    return godwit::cli::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "godwit: %s\n", error.what());
    return static_cast<int>(godwit::cli::ExitCode::other_failure);
  }
}
