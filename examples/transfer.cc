// SPDX-License-Identifier: Apache-2.0
// Calls one and hands the call over to another (blind transfer). Exit code 0: they are connected.
//   example_transfer sip:alice@example.org bob carol [sip:REGISTRAR]   the password is in GODWIT_PASSWORD
#include <godwit/godwit.h>

#include <cstdlib>
#include <iostream>

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: example_transfer ADDRESS-OF-RECORD FIRST SECOND [REGISTRAR]\n";
    return 2;
  }
  const char* const password = std::getenv("GODWIT_PASSWORD");

  godwit::UserAgent agent;
  auto account = agent.add_account({.address_of_record = argv[1],
                                    .registrar = argc > 4 ? argv[4] : "",
                                    .password = password != nullptr ? password : ""});
  if (!account) return 1;
  auto call = account->dial(argv[2], {.play = {.kind = godwit::PlaySource::Kind::tone}});
  if (!call) return 1;

  bool connected = false;
  agent.on_event([&](const godwit::Event& event, const godwit::EventTime&) {
    if (std::holds_alternative<godwit::CallAnswered>(event)) {
      const auto asked = call->transfer(argv[3]);
      if (!asked) std::cerr << asked.error().detail << '\n';
    } else if (const auto* told = std::get_if<godwit::TransferProgress>(&event)) {
      std::cout << "transfer: " << told->status << ' ' << told->reason << std::endl;
      connected = told->final && told->status / 100 == 2;
      if (told->final && !connected && !call->hang_up()) agent.stop();
    } else if (const auto* end = std::get_if<godwit::CallEnded>(&event)) {
      std::cout << "ended: " << end->reason << std::endl;
      agent.shut_down();
    }
  });
  agent.run();
  return connected ? 0 : 1;
}
