// SPDX-License-Identifier: Apache-2.0
#include "grammar.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "exit_code.h"
#include "godwit/version.h"
#include "option_filling.h"
#include "shown_text.h"

namespace godwit::cli {
namespace {

constexpr const char* kFooter =
    "\nExit codes: 0 ok, 1 other failure, 2 usage, 3 rejected by the far end, 4 no answer in "
    "time,\n"
    "5 no network path, 6 TLS or identity, 7 authentication, 8 media, 9 call lost with a network\n"
    "change, 130 interrupted.\n"
    "\nExamples:\n"
    "  godwit lab run wifi-to-lte            see a call survive, without any server of your own\n"
    "  godwit serve --domain example.org --users users.txt\n"
    "  godwit answer --aor bob@example.org --echo\n"
    "  godwit call bob --aor alice@example.org --play tone:440 --duration 10\n";

void dress(CLI::Option* option, const OptionText& text) {
  if (!text.type.empty()) option->type_name(text.type);
  if (!text.group.empty()) option->group(text.group);
  if (text.required) option->required();
}

template <class T>
CLI::Validator within(Limits<T> limits) {
  return CLI::Range(limits.least, limits.most).description("");
}

void tell(const std::string& what) {
  std::fprintf(stderr, "godwit: %s\n", shown(what).c_str());
}

int usage_error(const CLI::App& program, const CLI::ParseError& error) {
  const std::vector<std::string> strange = program.remaining(true);
  const std::string what = strange.empty() ? error.what() : "what is \"" + strange.front() + "\"?";
  tell(what);
  std::string named;
  for (const CLI::App* verb = &program; !verb->get_subcommands().empty();) {
    verb = verb->get_subcommands().front();
    named += " " + verb->get_name();
  }
  std::fprintf(stderr, "        See godwit%s --help.\n", named.c_str());
  return static_cast<int>(ExitCode::usage);
}

}  // namespace

Verb Verb::add_verb(const std::string& name, const std::string& help) const {
  parser_->require_subcommand(1);
  return Verb(*parser_->add_subcommand(name, help));
}

void Verb::flag(const OptionText& text, bool& value) const {
  dress(parser_->add_flag(text.names, value, text.help), text);
}

void Verb::counted_flag(const OptionText& text, int& value) const {
  dress(parser_->add_flag(text.names, value, text.help), text);
}

void Verb::text(const OptionText& text, std::string& value) const {
  dress(parser_->add_option(text.names, value, text.help), text);
}

void Verb::word(const OptionText& text, std::string& value,
                const std::vector<std::string>& words) const {
  CLI::Option* option = parser_->add_option(text.names, value, text.help);
  option->check(CLI::IsMember(words).description(""));
  dress(option, text);
}

void Verb::hidden_text(const std::string& names, std::string& value) const {
  parser_->add_option(names, value)->group("");
}

void Verb::texts(const OptionText& text, std::vector<std::string>& values) const {
  dress(parser_->add_option(text.names, values, text.help)->allow_extra_args(false), text);
}

void Verb::number(const OptionText& text, int& value, Limits<int> limits) const {
  dress(parser_->add_option(text.names, value, text.help)->check(within(limits)), text);
}

void Verb::number(const OptionText& text, double& value, Limits<double> limits) const {
  dress(parser_->add_option(text.names, value, text.help)->check(within(limits)), text);
}

void Verb::number(const OptionText& text, std::uint64_t& value) const {
  dress(parser_->add_option(text.names, value, text.help), text);
}

void Verb::port(const OptionText& text, std::uint16_t& value) const {
  dress(parser_->add_option(text.names, value, text.help), text);
}

void Verb::when_chosen(std::function<void()> f) const {
  parser_->callback(std::move(f));
}

Reading read_command_line(int argc, char** argv, const std::function<void(const Verb&)>& describe) {
  CLI::App program("A SIP user agent whose calls stay up while the network changes.", "godwit");
  program.footer(kFooter);
  program.set_version_flag("--version", "godwit " GODWIT_VERSION);
  describe(Verb(program));
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& wanted) {  // --help, --version
    return {true, program.exit(wanted)};
  } catch (const CLI::ParseError& error) {
    return {true, usage_error(program, error)};
  }
  const Result<std::string> filled = fill_options(program);
  if (!filled) {
    tell(filled.error().detail);
    return {true, static_cast<int>(ExitCode::usage)};
  }
  if (!filled->empty()) tell(*filled);
  return {};
}

}  // namespace godwit::cli
