// SPDX-License-Identifier: Apache-2.0
#include "godwit/user_agent.h"

#include <thread>
#include <utility>

namespace godwit {

// The agent is made and used on two threads, one after the other: the thread starts when all is set.
struct UserAgentThread::State {
  State(UserAgentOptions options, EventHandler handler) : agent(std::move(options)) {
    agent.on_event(std::move(handler));
    thread = std::thread([this] { agent.run(); });
  }

  UserAgent agent;
  std::thread thread;
};

UserAgentThread::UserAgentThread(UserAgentOptions options, EventHandler handler)
    : state_(std::make_unique<State>(std::move(options), std::move(handler))) {}

UserAgentThread::~UserAgentThread() {
  state_->agent.post([this] { state_->agent.shut_down(); });
  state_->thread.join();
}

void UserAgentThread::post(std::function<void(UserAgent&)> f) {
  state_->agent.post([this, f = std::move(f)] { f(state_->agent); });
}

void UserAgentThread::notify_network_changed() {
  state_->agent.notify_network_changed();
}

}  // namespace godwit
