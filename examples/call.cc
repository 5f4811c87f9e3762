// SPDX-License-Identifier: Apache-2.0
// Calls somebody, plays a tone for two seconds, hangs up. Exit code 0: it was answered.
//   example_call sip:alice@example.org bob [sip:REGISTRAR]       the password is in GODWIT_PASSWORD
#include <godwit/godwit.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <optional>

using Clock = std::chrono::steady_clock;

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: example_call ADDRESS-OF-RECORD TARGET [REGISTRAR]\n";
    return 2;
  }
  const char* const password = std::getenv("GODWIT_PASSWORD");

  godwit::UserAgent agent;
  auto account = agent.add_account({.address_of_record = argv[1],
                                    .registrar = argc > 3 ? argv[3] : "",
                                    .password = password != nullptr ? password : ""});
  if (!account) {
    std::cerr << account.error().detail << '\n';
    return 1;
  }
  auto call = account->dial(argv[2], {.play = {.kind = godwit::PlaySource::Kind::tone}});
  if (!call) {
    std::cerr << call.error().detail << '\n';
    return 1;
  }

  bool answered = false;
  std::optional<Clock::time_point> end_of_tone;
  agent.on_event([&](const godwit::Event& event, const godwit::EventTime&) {
    if (const auto* answer = std::get_if<godwit::CallAnswered>(&event)) {
      answered = true;
      end_of_tone = Clock::now() + std::chrono::seconds(2);
      std::cout << answer->remote << " answered, " << answer->codec << std::endl;
    } else if (const auto* end = std::get_if<godwit::CallEnded>(&event)) {
      std::cout << "ended: " << end->reason << std::endl;
      agent.shut_down();
    }
  });
  while (agent.poll(std::chrono::milliseconds(20))) {
    if (!end_of_tone || Clock::now() < *end_of_tone) continue;
    end_of_tone.reset();
    if (!call->hang_up()) agent.stop();
  }
  return answered ? 0 : 1;
}
