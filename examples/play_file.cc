// SPDX-License-Identifier: Apache-2.0
// Calls somebody, plays a file to its end, hangs up. Exit code 0: all of it was played.
//   example_play_file sip:alice@example.org bob FILE [sip:REGISTRAR]   the password is in GODWIT_PASSWORD
#include <godwit/godwit.h>

#include <cstdlib>
#include <iostream>

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: example_play_file ADDRESS-OF-RECORD TARGET FILE [REGISTRAR]\n";
    return 2;
  }
  const char* const password = std::getenv("GODWIT_PASSWORD");

  godwit::UserAgent agent;
  auto account = agent.add_account({.address_of_record = argv[1],
                                    .registrar = argc > 4 ? argv[4] : "",
                                    .password = password != nullptr ? password : ""});
  if (!account) {
    std::cerr << account.error().detail << '\n';
    return 1;
  }
  // What libsndfile reads, at any rate; the next frame after the last one of the file tells of its end.
  auto call = account->dial(
      argv[2], {.play = {.kind = godwit::PlaySource::Kind::file, .file = argv[3]}});
  if (!call) {
    std::cerr << call.error().detail << '\n';
    return 1;
  }

  bool played = false;
  agent.on_event([&](const godwit::Event& event, const godwit::EventTime&) {
    if (const auto* answer = std::get_if<godwit::CallAnswered>(&event)) {
      std::cout << answer->remote << " answered" << std::endl;
    } else if (std::holds_alternative<godwit::PlaybackEnded>(event)) {
      played = true;
      std::cout << "played" << std::endl;
      if (!call->hang_up()) agent.stop();
    } else if (const auto* end = std::get_if<godwit::CallEnded>(&event)) {
      std::cout << "ended: " << end->reason << std::endl;
      agent.shut_down();
    }
  });
  agent.run();
  return played ? 0 : 1;
}
