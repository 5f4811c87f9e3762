// SPDX-License-Identifier: Apache-2.0
// A user agent on an Asio loop that the program has already: here beside a timer of its own.
// Exit code 0: it was registered while the program's timer went on.
//   example_asio_loop sip:alice@example.org [sip:REGISTRAR]      the password is in GODWIT_PASSWORD
#include <godwit/asio.h>
#include <godwit/godwit.h>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: example_asio_loop ADDRESS-OF-RECORD [REGISTRAR]\n";
    return 2;
  }
  const char* const password = std::getenv("GODWIT_PASSWORD");

  asio::io_context loop;
  int ticks = 0;
  asio::steady_timer timer(loop);
  const std::function<void()> tick = [&] {
    timer.expires_after(std::chrono::milliseconds(10));
    timer.async_wait([&](std::error_code error) {
      if (!error && ++ticks > 0) tick();
    });
  };
  tick();

  std::unique_ptr<godwit::UserAgent> agent = godwit::make_user_agent(loop, {}, [&] {
    agent.reset();  // it has said goodbye: nothing of it is left on the loop
    timer.cancel();
  });
  bool registered = false;
  agent->on_event([&](const godwit::Event& event, const godwit::EventTime&) {
    const auto* changed = std::get_if<godwit::RegistrationChanged>(&event);
    if (changed == nullptr || changed->state == godwit::RegistrationState::registering) return;
    registered = registered || changed->state == godwit::RegistrationState::registered;
    std::cout << changed->reason << " after " << ticks << " ticks" << std::endl;
    if (changed->state != godwit::RegistrationState::unregistered) agent->shut_down();
  });
  auto account = agent->add_account({.address_of_record = argv[1],
                                     .registrar = argc > 2 ? argv[2] : "",
                                     .password = password != nullptr ? password : ""});
  if (!account || !account->start_registration()) return 1;
  loop.run();
  return registered ? 0 : 1;
}
