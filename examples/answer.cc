// SPDX-License-Identifier: Apache-2.0
// Answers every call with an echo of what the caller says, until Ctrl-C.
//   example_answer sip:bob@example.org [sip:REGISTRAR]          the password is in GODWIT_PASSWORD
#include <godwit/godwit.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

namespace {
volatile std::sig_atomic_t interrupted = 0;
}

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: example_answer ADDRESS-OF-RECORD [REGISTRAR]\n";
    return 2;
  }
  const char* const password = std::getenv("GODWIT_PASSWORD");
  std::signal(SIGINT, [](int) { interrupted = 1; });

  godwit::UserAgent agent;
  agent.on_event([&](const godwit::Event& event, const godwit::EventTime&) {
    if (const auto* incoming = std::get_if<godwit::IncomingCall>(&event)) {
      std::cout << incoming->from << " calls" << std::endl;
      const auto answered = agent.call(incoming->call).answer(
          {.play = {.kind = godwit::PlaySource::Kind::echo}});
      if (!answered) std::cerr << answered.error().detail << '\n';
    } else if (const auto* end = std::get_if<godwit::CallEnded>(&event)) {
      std::cout << "ended: " << end->reason << std::endl;
    } else if (const auto* changed = std::get_if<godwit::RegistrationChanged>(&event)) {
      std::cout << godwit::to_string(changed->state) << ' ' << changed->reason << std::endl;
    }
  });
  auto account = agent.add_account({.address_of_record = argv[1],
                                    .registrar = argc > 2 ? argv[2] : "",
                                    .password = password != nullptr ? password : ""});
  if (!account || !account->start_registration()) {
    std::cerr << "the account cannot be used\n";
    return 1;
  }
  bool leaving = false;
  while (agent.poll(std::chrono::milliseconds(50))) {
    if (interrupted == 0 || leaving) continue;
    leaving = true;
    agent.shut_down();
  }
  return 0;
}
