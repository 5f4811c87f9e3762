// SPDX-License-Identifier: Apache-2.0
// Calls somebody, says a scale of its own making, listens all the while. Exit code 0: it heard somebody.
//   example_voice_bot sip:alice@example.org bob [sip:REGISTRAR]   the password is in GODWIT_PASSWORD
#include <godwit/godwit.h>

#include <cmath>
#include <cstdlib>
#include <iostream>
#include <numbers>

/// Eight notes of a quarter of a second, at whatever rate the call has.
class Scale : public godwit::AudioSource {
 public:
  void set_rate(int hz) override { rate_ = hz; }
  void read(std::span<std::int16_t> frame) override {
    for (std::int16_t& sample : frame) {
      const double hz = 262 * std::exp2(std::floor(seconds_ * 4) / 8);
      sample = static_cast<std::int16_t>(ended() ? 0 : 6000 * std::sin(turn_));
      turn_ = std::fmod(turn_ + 2 * std::numbers::pi * hz / rate_, 2 * std::numbers::pi);
      seconds_ += 1.0 / rate_;
    }
  }
  bool ended() const override { return seconds_ >= 2; }

 private:
  int rate_ = 8000;
  double seconds_ = 0, turn_ = 0;
};

/// How loud the loudest was that the far end said.
struct Ear : godwit::AudioSink {
  void set_rate(int) override {}
  void write(std::span<const std::int16_t> frame) override {
    for (const std::int16_t sample : frame) loudest = sample > loudest ? sample : loudest;
  }
  int loudest = 0;
};

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const char* const password = std::getenv("GODWIT_PASSWORD");
  godwit::UserAgent agent;
  auto account = agent.add_account({.address_of_record = argv[1],
                                    .registrar = argc > 3 ? argv[3] : "",
                                    .password = password != nullptr ? password : ""});
  const auto ear = std::make_shared<Ear>();
  godwit::CallOptions options{.hear = ear};
  options.play = {.kind = godwit::PlaySource::Kind::application, .source = std::make_shared<Scale>()};
  if (!account) return 1;
  auto call = account->dial(argv[2], options);
  if (!call) return 1;
  agent.on_event([&](const godwit::Event& event, const godwit::EventTime&) {
    if (std::holds_alternative<godwit::PlaybackEnded>(event) && !call->hang_up()) agent.stop();
    if (std::holds_alternative<godwit::CallEnded>(event)) agent.shut_down();
  });
  agent.run();
  std::cout << "heard as loud as " << ear->loudest << std::endl;
  return ear->loudest > 1000 ? 0 : 1;
}
