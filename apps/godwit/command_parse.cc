// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <nlohmann/json.hpp>

#include "base/overloaded.h"
#include "commands.h"
#include "input_bytes.h"
#include "output.h"
#include "printed_form.h"
#include "sip/transport/stream_framer.h"
#include "sip/verdict/canonical.h"
#include "stream_verdict.h"
#include "verdict_text.h"

namespace godwit::cli {
namespace {

struct ParseCommand {
  std::string file = "-";
  bool stream = false;
  bool json = false;
  bool print = false;
};

/// Judges messages one after the other and says of each what there is to say.
class Judge {
 public:
  explicit Judge(const ParseCommand& command) : form_({command.json, command.print}) {}

  void message(const std::string& bytes) { say(sip::judge(bytes), bytes); }
  void fault(const sip::StreamFault& fault) { say(verdict_on(fault), fault.head); }

  [[nodiscard]] bool has_spoken() const { return spoken_; }
  [[nodiscard]] ExitCode exit_code() const {
    return all_valid_ ? ExitCode::success : ExitCode::other_failure;
  }

 private:
  void say(const sip::Verdict& verdict, const std::string& bytes) {
    std::optional<std::string> text;
    if (auto message = sip::parse_message(bytes); message && verdict.valid) {
      text = sip::canonical_form(*std::move(message));
    }
    form_.put(to_line(verdict), to_json(verdict), text);
    all_valid_ = all_valid_ && verdict.valid;
    spoken_ = true;
  }

  PrintedForm form_;
  bool all_valid_ = true;
  bool spoken_ = false;
};

void judge_stream(const std::string& bytes, Judge& judge) {
  sip::StreamFramer framer(sip::StreamFramer::Opened::by_peer);
  for (const auto& output : framer.on_bytes(bytes)) {
    std::visit(overloaded{
                   [&](const sip::StreamFramer::MessageReceived& m) { judge.message(m.bytes); },
                   [&](const sip::StreamFault& fault) { judge.fault(fault); },
                   [](const sip::StreamFramer::PingReceived&) {},
                   [](const sip::StreamFramer::PongReceived&) {},
               },
               output);
  }
  if (const auto fault = framer.on_end()) judge.fault(*fault);
  if (!judge.has_spoken()) judge.message("");
}

int run_parse(const ParseCommand& command) {
  const Result<std::string> bytes = read_input(command.file);
  if (!bytes) {
    const Verdict verdict = verdict_on(bytes.error(), "Cannot read");
    Output({}).problem(verdict);
    return static_cast<int>(verdict.code);
  }
  Judge judge(command);
  if (command.stream) {
    judge_stream(*bytes, judge);
  } else {
    judge.message(*bytes);
  }
  return static_cast<int>(judge.exit_code());
}

}  // namespace

void add_parse_command(const Verb& program, Selected& selected) {
  auto command = std::make_shared<ParseCommand>();
  const Verb verb = program.add_verb(
      "parse",
      "Judge SIP messages: valid or not and why, and what a user agent would answer. One line a "
      "message on standard output; exit code 0 when all are valid, else 1");
  verb.text({"file", "File with one datagram; - or nothing: standard input", "FILE"},
            command->file);
  verb.flag({"--stream",
             "The input is a stream, as TCP has it: any number of messages, each with "
             "its Content-Length"},
            command->stream);
  verb.flag({"--json",
             "One JSON object a line: valid, kind, method or status, error, answer, reason, "
             "warnings"},
            command->json);
  verb.flag({"--print",
             "Write each valid message back in canonical form; verdicts go to standard error, or "
             "with --json the form into the object, as text"},
            command->print);
  verb.when_chosen(
      [command, &selected] { selected.run = [command] { return run_parse(*command); }; });
}

}  // namespace godwit::cli
