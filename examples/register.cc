// SPDX-License-Identifier: Apache-2.0
// Registers, stays registered, and prints what happens, until Ctrl-C.
//   example_register sip:alice@example.org [sip:REGISTRAR]       the password is in GODWIT_PASSWORD
#include <godwit/godwit.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>

namespace {

volatile std::sig_atomic_t interrupted = 0;

void print(const godwit::Event& event) {
  std::cout << godwit::type_of(event);
  if (const auto* registration = std::get_if<godwit::RegistrationChanged>(&event)) {
    if (!registration->contact.empty()) std::cout << ' ' << registration->contact;
    if (registration->expires.count() > 0) {
      std::cout << " for " << registration->expires.count() << " s";
    }
    if (!registration->reason.empty()) std::cout << ": " << registration->reason;
  }
  std::cout << std::endl;  // at once, also into a file
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: example_register ADDRESS-OF-RECORD [REGISTRAR]\n";
    return 2;
  }
  const char* const password = std::getenv("GODWIT_PASSWORD");

  godwit::UserAgent agent;
  agent.on_event([](const godwit::Event& event, const godwit::EventTime&) { print(event); });
  auto account = agent.add_account({.address_of_record = argv[1],
                                    .registrar = argc > 2 ? argv[2] : "",
                                    .password = password != nullptr ? password : ""});
  if (!account) {
    std::cerr << account.error().detail << '\n';
    return 1;
  }
  if (!account->start_registration()) return 1;

  std::signal(SIGINT, [](int) { interrupted = 1; });
  bool leaving = false;
  while (agent.poll(std::chrono::milliseconds(100))) {
    if (interrupted == 0 || leaving) continue;
    leaving = true;
    agent.shut_down();  // removes the binding; then poll() says that it is over
  }
}
