// SPDX-License-Identifier: Apache-2.0
#include "loop_program.h"

#include <array>
#include <cstdio>

namespace bench {
namespace {

std::string quoted(const std::string& word) {
  std::string result = "'";
  for (const char c : word) {
    if (c == '\'') result += "'\\'";
    result += c;
  }
  return result + "'";
}

nlohmann::json run(const std::string& command) {
  FILE* const output = popen(command.c_str(), "r");
  if (output == nullptr) return nlohmann::json(nlohmann::json::value_t::discarded);
  std::string text;
  std::array<char, 4096> part{};
  while (const auto size = std::fread(part.data(), 1, part.size(), output)) {
    text.append(part.data(), size);
  }
  pclose(output);  // a check that refuses answers 1, and says in its JSON what it refused
  return nlohmann::json::parse(text, nullptr, false);
}

}  // namespace

nlohmann::json LoopProgram::check(const std::string& file) const {
  return run(quoted(path_) + " check " + quoted(file));
}

nlohmann::json LoopProgram::time(const std::string& work, const std::string& file,
                                 double seconds) const {
  return run(quoted(path_) + " " + work + " " + quoted(file) + " " + std::to_string(seconds));
}

nlohmann::json LoopProgram::count(const std::string& work, const std::string& file) const {
  return run("LD_PRELOAD=" + quoted(counting_heap_) + " " + quoted(path_) + " count-" + work + " " +
             quoted(file));
}

}  // namespace bench
