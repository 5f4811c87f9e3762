// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "support/fake_network.h"
#include "support/sim_shell.h"
#include "support/tone_ear.h"
#include "ua/engine.h"
#include "ua/media_rack.h"

namespace godwit::test {

/// A whole user agent on a fake host: the engine and the media rack, unchanged, driven as the real
/// driver does it. What it does wrong towards the outside is kept in `faults()`.
class SimUserAgent {
 public:
  struct Told {
    TimePoint at{};
    Event event;
  };

  SimUserAgent(FakeNetwork& network, FakeHost& host, const UserAgentOptions& options = {});
  ~SimUserAgent();
  SimUserAgent(const SimUserAgent&) = delete;
  SimUserAgent& operator=(const SimUserAgent&) = delete;

  /// Runs a command of the engine, `command(engine, now)`, and everything it leads to at once.
  template <class Command>
  auto run(Command command) {
    auto result = command(engine_, time_.now());
    settle();
    return result;
  }

  /// Registers and returns at once.
  AccountId add_account(const AccountOptions& options);
  void start_registration(AccountId account);
  [[nodiscard]] Result<CallId> dial(AccountId account, std::string_view target,
                                    const CallOptions& options = {});
  void hang_up(CallId call);
  void shut_down();
  /// The machine stands still: what comes meanwhile is lost, or waits in streams; nothing is done. Then it wakes.
  void sleep(Duration span);
  void notify_network_changed();

  /// Answers each incoming call after a while.
  void auto_answer(CallOptions options, Duration after = {});
  /// Media paths open so long after they are asked for.
  void open_paths_after(Duration delay) { path_delay_ = delay; }
  /// Called for each event, after the engine has settled.
  void on_event(std::function<void(const Event&)> handler) { handler_ = std::move(handler); }

  [[nodiscard]] ua::Engine& engine() { return engine_; }
  /// How often DNS was asked, and how many streams are open or being opened.
  [[nodiscard]] std::size_t questions() const { return shell_.questions(); }
  [[nodiscard]] std::size_t open_streams() const { return shell_.open_streams(); }
  [[nodiscard]] const ToneEar& ear() const { return ear_; }
  /// Files to play and recordings, in memory.
  [[nodiscard]] ToneFactory& sounds() { return factory_; }
  [[nodiscard]] const std::vector<Told>& told() const { return told_; }
  /// Broken promises: an untrue message, a packet from an address known to be gone.
  [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }
  /// No call, sound, request or registration is left; what failed may still be looked after.
  [[nodiscard]] bool has_nothing_to_do() const;
  /// Nothing is waited for any more, in signalling or media.
  [[nodiscard]] bool at_rest() const;
  /// What is still waited for; empty at rest.
  [[nodiscard]] std::string unrest() const;
  /// How many packets each key of the calls from now on may encrypt.
  void limit_keys(srtp::KeyLimits limits) { key_limits_ = limits; }
  /// For runs in which too much would be logged and told.
  void forget_log() { log_.clear(); }
  void forget_told() { told_.clear(); }
  void forget_heard() { ear_.frames = {}; }
  /// The log of the agent, one line each, with times.
  [[nodiscard]] const std::string& log() const { return log_; }

  template <class E>
  [[nodiscard]] std::vector<E> all(TimePoint since = {}) const {
    std::vector<E> out;
    for (const auto& told : told_) {
      const auto* event = std::get_if<E>(&told.event);
      if (event != nullptr && told.at >= since) out.push_back(*event);
    }
    return out;
  }
  template <class E>
  [[nodiscard]] std::optional<E> last(TimePoint since = {}) const {
    auto found = all<E>(since);
    if (found.empty()) return std::nullopt;
    return found.back();
  }
  /// When the last event of a kind was told.
  template <class E>
  [[nodiscard]] std::optional<TimePoint> when_last() const {
    std::optional<TimePoint> at;
    for (const auto& told : told_) {
      if (std::holds_alternative<E>(told.event)) at = told.at;
    }
    return at;
  }

 private:
  struct Path {
    FakeHost::SocketId rtp = 0;
    FakeHost::SocketId rtcp = 0;
  };
  using PathKey = std::pair<ua::MediaId, ua::PathId>;

  void allow(const BindOptions& bind);
  void settle();
  void perform(const ua::Action& action);
  void perform_media(const ua::MediaAction& action);
  [[nodiscard]] ua::MediaAction with_limits(const ua::MediaAction& action) const;
  void open_path(const ua::OpenMediaPath& action);
  void close_path(const PathKey& key);
  void close_paths_of(ua::MediaId media);
  bool send_media(ua::MediaId media, const media::Transmit& transmit);
  void flush_media();
  void receive_media(const PathKey& key, ua::Channel channel, const FakePacket& packet);
  void check_source(const net::SocketAddress& source, std::string_view what);
  void blame(std::string fault);
  void observe_network();
  void input(ua::Input input);
  void tell_events();
  void arm();
  void wake();
  void note(const std::string& line);

  FakeNetwork& network_;
  FakeHost& host_;
  VirtualTime& time_;
  SeededRandom random_;
  std::string log_;
  ToneEar ear_;
  ToneFactory factory_;
  ua::MediaRack rack_;
  SimShell shell_;
  ua::Engine engine_;

  bool asleep_ = false;
  std::map<PathKey, Path> paths_;
  Duration path_delay_{};
  std::deque<ua::Input> inputs_;
  std::deque<Event> untold_;
  std::vector<Told> told_;
  std::vector<std::string> faults_;
  std::optional<net::NetworkSnapshot> observed_;
  std::optional<srtp::KeyLimits> key_limits_;
  std::function<void(const Event&)> handler_;
  std::optional<TimePoint> armed_;
  TimePoint last_wake_{};
  int wakes_in_a_moment_ = 0;
  bool settling_ = false;
};

/// The event in one line, for logs of failed runs.
[[nodiscard]] std::string describe(const Event& event);

}  // namespace godwit::test
