// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sched.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <thread>

namespace godwit::test {

/// Runs `body` in a network namespace of its own: nothing but `lo`, which is up. The thread, and
/// the programs it starts, are in there; the rest of the test program is not.
/// @return why it could not be run; empty if it was.
[[nodiscard]] inline std::string in_private_network(const std::function<void()>& body) {
  std::string obstacle;
  std::thread([&] {
    if (::unshare(CLONE_NEWNET) != 0) {
      obstacle = std::string("no network namespace: ") + std::strerror(errno);
    } else if (std::system("ip link set lo up") != 0) {
      obstacle = "the program ip does not work";
    } else {
      body();
    }
  }).join();
  return obstacle;
}

/// Runs `ip ARGUMENTS` where the calling thread is.
[[nodiscard]] inline bool ip_command(const std::string& arguments) {
  return std::system(("ip " + arguments).c_str()) == 0;
}

}  // namespace godwit::test
