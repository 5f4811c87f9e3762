// SPDX-License-Identifier: Apache-2.0
#include "lab/bench_facts.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <regex>
#include <thread>

#include "godwit/version.h"
#include "lab/child_process.h"

namespace godwit::lab {
namespace {

std::string processor() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) {
      return line.substr(colon + 2);
    }
  }
  return "processor";
}

double memory_gib() {
  constexpr double kGib = 1024.0 * 1024 * 1024;
  return static_cast<double>(::sysconf(_SC_PHYS_PAGES)) *
         static_cast<double>(::sysconf(_SC_PAGE_SIZE)) / kGib;
}

// All that it prints until it ends.
std::string said_by(const std::vector<std::string>& command) {
  auto process = ChildProcess::start({.arguments = command, .log_path = "/dev/null"});
  if (!process) return {};
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    const auto count = ::read(process->output().get(), buffer.data(), buffer.size());
    if (count <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

std::string describe_machine() {
  utsname system{};
  ::uname(&system);
  return fmt::format("{} x {}, {:.1f} GiB, {} {}", std::thread::hardware_concurrency(), processor(),
                     memory_gib(), system.sysname, system.release);
}

std::string describe_now() {
  const auto now =
      std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(now));
}

std::string version_in(const std::string& text) {
  std::smatch found;
  return std::regex_search(text, found, std::regex(R"([0-9]+(\.[0-9]+)+[^ ,;()\n]*)")) ? found.str()
                                                                                       : "unknown";
}

nlohmann::json describe_versions() {
  nlohmann::json versions = {{"godwit", GODWIT_VERSION}};
  const std::vector<std::vector<std::string>> commands = {
      {"kamailio", "-v"}, {"baresip", "-h"}, {"knotd", "--version"}};
  for (const auto& command : commands) {
    if (find_program(command.front()).empty()) continue;
    versions[command.front()] = version_in(said_by(command));
  }
  return versions;
}

}  // namespace godwit::lab
