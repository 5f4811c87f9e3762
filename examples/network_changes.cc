// SPDX-License-Identifier: Apache-2.0
// Calls somebody and tells how the call fares while the network changes, until it ends or Ctrl-C.
//   example_network_changes sip:alice@example.org bob [sip:REGISTRAR]  the password is in GODWIT_PASSWORD
#include <godwit/godwit.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <utility>

namespace {

volatile std::sig_atomic_t interrupted = 0;

double ms(godwit::Duration duration) { return static_cast<double>(duration.count()) / 1e6; }

void tell(const godwit::Event& event) {
  if (const auto* change = std::get_if<godwit::NetworkChangeStarted>(&event)) {
    for (const auto& reason : change->reasons) std::cout << "network: " << reason << std::endl;
  } else if (const auto* step = std::get_if<godwit::NetworkChangeStep>(&event)) {
    std::cout << "  " << step->kind << ' ' << step->subject << ": " << to_string(step->status)
              << std::endl;
  } else if (std::holds_alternative<godwit::Reconnecting>(event)) {
    std::cout << "looking for a way ..." << std::endl;
  } else if (const auto* back = std::get_if<godwit::Reconnected>(&event)) {
    std::cout << "heard again after " << ms(back->report.gap_in) << " ms, now from "
              << back->report.to << std::endl;
  } else if (const auto* answer = std::get_if<godwit::CallAnswered>(&event)) {
    std::cout << answer->remote << " answered; change the network now" << std::endl;
  } else if (const auto* end = std::get_if<godwit::CallEnded>(&event)) {
    std::cout << "ended: " << end->reason << std::endl;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const char* const password = std::getenv("GODWIT_PASSWORD");
  std::signal(SIGINT, [](int) { interrupted = 1; });
  godwit::UserAgent agent;
  auto account = agent.add_account({.address_of_record = argv[1],
                                    .registrar = argc > 3 ? argv[3] : "",
                                    .password = password != nullptr ? password : ""});
  if (!account || !account->dial(argv[2])) return 1;
  bool leaving = false;
  agent.on_event([&](const godwit::Event& event, const godwit::EventTime&) {
    tell(event);
    if (std::holds_alternative<godwit::CallEnded>(event)) agent.shut_down();
  });
  while (agent.poll(std::chrono::milliseconds(50))) {
    if (interrupted != 0 && !std::exchange(leaving, true)) agent.shut_down();
  }
}
