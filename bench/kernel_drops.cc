// SPDX-License-Identifier: Apache-2.0
#include "kernel_drops.h"

#include <fstream>
#include <sstream>
#include <string>

namespace bench {

// Two lines that begin with "Udp:": names, then values.
std::uint64_t kernel_drops() {
  std::ifstream file("/proc/net/snmp");
  std::string line, names;
  while (std::getline(file, line)) {
    if (!line.starts_with("Udp:")) continue;
    if (names.empty()) {
      names = line;
      continue;
    }
    std::istringstream name_of(names), value_of(line);
    std::string name, value;
    while (name_of >> name && value_of >> value) {
      if (name == "RcvbufErrors") return std::stoull(value);
    }
  }
  return 0;
}

}  // namespace bench
