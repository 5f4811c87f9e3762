// SPDX-License-Identifier: Apache-2.0
// What stands around a block of C++ in the documents that has no main of its own. It says nothing
// of where these four come from: they are what every reader of the public API has at hand.
#include <godwit/godwit.h>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>
#include <variant>

// NOLINTNEXTLINE(misc-use-internal-linkage)
void fragment([[maybe_unused]] godwit::UserAgent& agent, [[maybe_unused]] godwit::Account& account,
              [[maybe_unused]] godwit::Call& call, [[maybe_unused]] const godwit::Event& event) {
  using namespace std::chrono_literals;
#include GODWIT_FRAGMENT
}
