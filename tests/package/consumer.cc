// SPDX-License-Identifier: Apache-2.0
// What somebody writes first: an account, and everything that happens to it.
#include <godwit/godwit.h>

#include <cstdio>

int main() {
  godwit::UserAgent agent;
  agent.on_event([](const godwit::Event& event, const godwit::EventTime&) {
    std::printf("%s\n", godwit::type_of(event).data());
  });
  const auto account = agent.add_account({.address_of_record = "sip:alice@example.org"});
  if (!account) return 1;
  std::printf("godwit %s\n", GODWIT_VERSION);
  return agent.poll() ? 0 : 1;
}
