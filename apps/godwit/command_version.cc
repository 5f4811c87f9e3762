// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <memory>

#include "commands.h"
#include "godwit/version.h"
#include "settings.h"

namespace godwit::cli {
namespace {

int run_version(const CommonSettings& common) {
  Output output(common.output);
  output.result(fmt::format("godwit {}\ncompiled with {}", GODWIT_VERSION, __VERSION__));
  Json j;
  j["version"] = GODWIT_VERSION;
  j["compiler"] = __VERSION__;
  j["event_format"] = kJsonVersion;
  output.finish("version", {}, j);
  return static_cast<int>(ExitCode::success);
}

}  // namespace

void add_version_command(CLI::App& program, Selected& selected) {
  auto common = std::make_shared<CommonSettings>();
  CLI::App* verb = program.add_subcommand("version", "Print version and build");
  add_common_options(*verb, *common);
  verb->callback([common, &selected] { selected.run = [common] { return run_version(*common); }; });
}

}  // namespace godwit::cli
