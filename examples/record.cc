// SPDX-License-Identifier: Apache-2.0
// Calls somebody and records both sides, one on each channel, for some seconds.
// Exit code 0: the file was written.
//   example_record sip:alice@example.org bob FILE [sip:REGISTRAR]      the password is in GODWIT_PASSWORD
#include <godwit/godwit.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <optional>

using Clock = std::chrono::steady_clock;

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: example_record ADDRESS-OF-RECORD TARGET FILE [REGISTRAR]\n";
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

  bool recorded = false;
  std::optional<Clock::time_point> end_of_recording;
  agent.on_event([&](const godwit::Event& event, const godwit::EventTime&) {
    if (std::holds_alternative<godwit::CallAnswered>(event)) {
      const auto started = call->start_recording(
          {.file = argv[3], .tracks = godwit::RecordOptions::Tracks::stereo});
      if (!started) std::cerr << started.error().detail << '\n';
      end_of_recording = Clock::now() + std::chrono::seconds(2);
    } else if (const auto* end = std::get_if<godwit::CallEnded>(&event)) {
      std::cout << "ended: " << end->reason << std::endl;
      agent.shut_down();
    }
  });
  while (agent.poll(std::chrono::milliseconds(20))) {
    if (!end_of_recording || Clock::now() < *end_of_recording) continue;
    end_of_recording.reset();
    recorded = call->stop_recording().has_value();
    if (!call->hang_up()) agent.stop();
  }
  return recorded ? 0 : 1;
}
