// SPDX-License-Identifier: Apache-2.0
#include "bare_agent.h"

#include <algorithm>
#include <cstdlib>
#include <variant>

#include "base/overloaded.h"

namespace bench {

using namespace godwit;

namespace {
constexpr Duration kTimerGrain = std::chrono::milliseconds{1};  // as io/user_agent_driver
}

BareAgent::BareAgent(const UserAgentOptions& options)
    : engine_(options, random_, loop_.now()),
      ports_(loop_, {}, [this](sip::IoInput input) { on_input(ua::Input{std::move(input)}); }),
      timer_(loop_, [this] { on_due(); }) {
  auto monitor = io::NetlinkMonitor::open(loop_, {});
  if (!monitor) std::exit(1);
  monitor_ = std::move(*monitor);
  on_input(ua::NetworkObserved{monitor_->observe({}), loop_.now()});
}

void BareAgent::on_input(const ua::Input& input) {
  engine_.on_input(input, loop_.now());
  settle();
  deliver();
}

void BareAgent::on_due() {
  woken_at_ = loop_.now();
  engine_.on_timeout(woken_at_);
  settle();
  deliver();
}

void BareAgent::settle() {
  if (settling_) return;
  settling_ = true;
  for (;;) {
    const auto actions = engine_.take_actions();
    for (const auto& action : actions) carry_out(action);
    const auto answers = ports_.take_answers();
    for (const auto& answer : answers) engine_.on_input(answer, loop_.now());
    const auto media = std::exchange(media_, {});
    for (const auto& opened : media) engine_.on_input(opened, loop_.now());
    if (actions.empty() && answers.empty() && media.empty()) break;
  }
  settling_ = false;
  auto wake = engine_.next_deadline();
  if (wake) wake = std::max(*wake, woken_at_ + kTimerGrain);
  timer_.arm(wake);
}

void BareAgent::carry_out(const ua::Action& action) {
  std::visit(overloaded{[this](const sip::IoAction& io) { ports_.execute(io); },
                        [this](const ua::MediaAction& media) {
                          const auto* open = std::get_if<ua::OpenMediaPath>(&media);
                          if (open == nullptr) return;
                          last_port_ = static_cast<std::uint16_t>(last_port_ + 2);
                          if (last_port_ < 20'000) last_port_ = 20'000;
                          media_.emplace_back(ua::MediaPathOpened{
                              open->media, open->path, {open->local, last_port_}});
                        },
                        [this](const ua::Emit& emitted) { events_.push_back(emitted.event); },
                        [](const ua::WriteLog&) {}},
             action);
}

// The handler may put commands in, whose events are delivered here as well.
void BareAgent::deliver() {
  if (std::exchange(delivering_, true)) return;
  while (!events_.empty()) {
    const Event event = std::move(events_.front());
    events_.pop_front();
    if (handler_) handler_(event);
  }
  delivering_ = false;
}

}  // namespace bench
