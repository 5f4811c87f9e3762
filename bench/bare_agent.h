// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "godwit/options.h"
#include "io/core_ports.h"
#include "io/loop.h"
#include "io/netlink_monitor.h"
#include "io/system_random.h"
#include "io/timer.h"
#include "ua/engine.h"

namespace bench {

/// The engine on its real SIP sockets, without media: whatever port it asks for it is said to have,
/// and no sound comes or goes. What is left is the signalling of calls, session descriptions too.
class BareAgent {
 public:
  explicit BareAgent(const godwit::UserAgentOptions& options);

  void on_event(std::function<void(const godwit::Event&)> handler) { handler_ = std::move(handler); }
  template <class F>
  auto command(F&& f) {
    auto result = std::forward<F>(f)(engine_, loop_.now());
    settle();
    return result;
  }
  [[nodiscard]] const godwit::ua::Engine& engine() const { return engine_; }
  bool poll(godwit::Duration wait) { return loop_.poll(wait); }
  void run() { loop_.run(); }

 private:
  void on_input(const godwit::ua::Input& input);
  void on_due();
  void settle();
  void carry_out(const godwit::ua::Action& action);
  void deliver();

  godwit::io::Loop loop_;
  godwit::io::SystemRandom random_;
  godwit::ua::Engine engine_;
  godwit::io::CorePorts ports_;
  godwit::io::Timer timer_;
  std::unique_ptr<godwit::io::NetlinkMonitor> monitor_;
  std::function<void(const godwit::Event&)> handler_;
  std::deque<godwit::ua::Input> media_;
  std::deque<godwit::Event> events_;
  godwit::TimePoint woken_at_{};
  std::uint16_t last_port_ = 20'000;
  bool settling_ = false;
  bool delivering_ = false;
};

}  // namespace bench
