// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "godwit/version.h"
#include "settings.h"

namespace godwit::cli {
namespace {

int run_version(const CommonSettings& common) {
  Output output(output_settings(common));
  output.result(fmt::format("godwit {}\ncompiled with {}", GODWIT_VERSION, __VERSION__));
  Json j;
  j["version"] = GODWIT_VERSION;
  j["compiler"] = __VERSION__;
  j["event_format"] = kJsonVersion;
  output.finish("version", {}, j);
  return static_cast<int>(ExitCode::success);
}

}  // namespace

void add_version_command(const Verb& program, Selected& selected) {
  auto common = std::make_shared<CommonSettings>();
  const Verb verb = program.add_verb("version", "Print version and build");
  add_common_options(verb, *common);
  verb.when_chosen(
      [common, &selected] { selected.run = [common] { return run_version(*common); }; });
}

}  // namespace godwit::cli
