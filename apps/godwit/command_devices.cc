// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "godwit/audio.h"
#include "settings.h"
#include "shown_text.h"

namespace godwit::cli {
namespace {

struct DevicesCommand {
  CommonSettings common;
};

std::string device_line(const AudioDevice& device) {
  return fmt::format("{} {:11} {}  {}", device.is_default ? '*' : ' ',
                     device.captures ? "microphone" : "loudspeaker", shown(device.name),
                     shown(device.description));
}

Json to_json(const AudioDevice& device) {
  return {{"name", device.name},
          {"description", device.description},
          {"captures", device.captures},
          {"default", device.is_default},
          {"rate", device.rate}};
}

int run_devices(const DevicesCommand& command) {
  Output output(output_settings(command.common));
  Json result;
  result["devices"] = Json::array();
  Verdict verdict;
  if (const auto devices = audio_devices(); !devices) {
    verdict = verdict_on(devices.error(), "Sound devices");
  } else {
    for (const AudioDevice& device : *devices) {
      output.result(device_line(device));
      result["devices"].push_back(to_json(device));
    }
  }
  output.finish("devices", verdict, result);
  return static_cast<int>(verdict.code);
}

}  // namespace

void add_devices_command(const Verb& program, Selected& selected) {
  auto command = std::make_shared<DevicesCommand>();
  const Verb verb = program.add_verb("devices", "The microphones and loudspeakers that are there");
  add_common_options(verb, command->common);
  verb.when_chosen(
      [command, &selected] { selected.run = [command] { return run_devices(*command); }; });
}

}  // namespace godwit::cli
