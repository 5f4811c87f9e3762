// SPDX-License-Identifier: Apache-2.0
#include "support/sim_server.h"

#include <algorithm>

#include "support/time_text.h"

namespace godwit::test {

SimServer::SimServer(FakeNetwork& network, FakeHost& host, server::ServerOptions options)
    : time_(network.time()),
      random_(network.random().u64()),
      shell_(network, host,
             {.origin = sip::Origin::forwarded,
              .tell = [this](sip::IoInput told) { input(std::move(told)); },
              .note = [this](const std::string& line) { note(line); },
              .blame = [this](std::string fault) { faults_.push_back(std::move(fault)); },
              .leaves = {}}),
      server_(
          [&] {
            options.log = [this](const LogRecord& record) { note(record.message); };
            return std::move(options);
          }(),
          random_, time_.now()) {
  server_.start(time_.now());
  settle();
}

std::vector<std::string> SimServer::bindings(const std::string& user) const {
  std::vector<std::string> uris;
  for (const auto& binding : server_.bindings(user, time_.now())) {
    uris.push_back(sip::to_string(binding.contact));
  }
  return uris;
}

void SimServer::note(const std::string& line) {
  log_ += time_text(time_.now()) + " server: " + line + '\n';
}

void SimServer::input(sip::IoInput input) {
  inputs_.push_back(std::move(input));
  settle();
}

void SimServer::settle() {
  if (settling_) return;
  settling_ = true;
  for (;;) {
    const auto actions = server_.take_actions();
    for (const auto& action : actions) shell_.perform(action);
    if (actions.empty() && inputs_.empty()) break;
    while (!inputs_.empty()) {
      const auto next = std::move(inputs_.front());
      inputs_.pop_front();
      server_.on_input(next, time_.now());
    }
  }
  settling_ = false;
  arm();
}

void SimServer::arm() {
  const auto next = server_.next_deadline();
  if (!next || (armed_ && *armed_ <= *next)) return;
  armed_ = std::max(*next, time_.now());
  time_.at(*armed_, [this, when = *armed_] {
    if (armed_ == when) armed_.reset();
    server_.on_timeout(time_.now());
    settle();
  });
}

}  // namespace godwit::test
