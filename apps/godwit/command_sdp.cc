// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "input_bytes.h"
#include "output.h"
#include "printed_form.h"
#include "verdict_text.h"

namespace godwit::cli {
namespace {

struct SdpCommand {
  std::string file = "-";
  bool json = false;
  bool print = false;
};

int run_sdp(const SdpCommand& command) {
  const Result<std::string> text = read_input(command.file);
  if (!text) {
    const Verdict verdict = verdict_on(text.error(), "Cannot read");
    Output({}).problem(verdict);
    return static_cast<int>(verdict.code);
  }
  const sdp::Inspection inspection = sdp::inspect(*text);
  PrintedForm printed({command.json, command.print});
  std::optional<std::string> canonical;
  if (inspection.description) canonical = sdp::write(*inspection.description);
  printed.put(to_line(inspection), to_json(inspection), canonical);
  return static_cast<int>(inspection.fault ? ExitCode::other_failure : ExitCode::success);
}

}  // namespace

void add_sdp_command(const Verb& program, Selected& selected) {
  auto command = std::make_shared<SdpCommand>();
  const Verb verb = program.add_verb(
      "sdp",
      "Judge a session description: valid or not and why. One line on standard output; exit "
      "code 0 when it is valid, else 1");
  verb.text({"file", "File to read; - or nothing: standard input", "FILE"}, command->file);
  verb.flag({"--json", "One JSON object on one line: valid, kind, error, warnings"}, command->json);
  verb.flag(
      {"--print",
       "Write it back in canonical form when it is valid; the verdict goes to standard error, "
       "or with --json the form into the object, as text"},
      command->print);
  verb.when_chosen(
      [command, &selected] { selected.run = [command] { return run_sdp(*command); }; });
}

}  // namespace godwit::cli
