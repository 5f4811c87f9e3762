// SPDX-License-Identifier: Apache-2.0
// A user agent inside a loop that the program has already: here one of poll(2) on standard input. Each
// line read is somebody to call; the end of input hangs up.
//   example_own_loop sip:alice@example.org [sip:REGISTRAR]      the password is in GODWIT_PASSWORD
#include <godwit/godwit.h>
#include <poll.h>

#include <cstdlib>
#include <iostream>
#include <string>

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: example_own_loop ADDRESS-OF-RECORD [REGISTRAR]\n";
    return 2;
  }
  const char* const password = std::getenv("GODWIT_PASSWORD");

  godwit::UserAgent agent;
  auto account = agent.add_account({.address_of_record = argv[1],
                                    .registrar = argc > 2 ? argv[2] : "",
                                    .password = password != nullptr ? password : ""});
  if (!account) {
    std::cerr << account.error().detail << '\n';
    return 1;
  }
  agent.on_event([](const godwit::Event& event, const godwit::EventTime&) {
    std::cout << godwit::type_of(event) << std::endl;
  });

  bool reading = true;
  // The agent waits for its own sockets and timers, at most 20 ms: then it is the program's turn.
  while (agent.poll(std::chrono::milliseconds(20))) {
    pollfd input{.fd = 0, .events = POLLIN, .revents = 0};
    if (!reading || poll(&input, 1, 0) <= 0) continue;
    std::string line;
    if (!std::getline(std::cin, line)) {
      reading = false;
      agent.shut_down();
      continue;
    }
    const auto call = account->dial(line, {.play = {.kind = godwit::PlaySource::Kind::tone}});
    if (!call) std::cerr << call.error().detail << '\n';
  }
}
