// SPDX-License-Identifier: Apache-2.0
#include "io/user_agent_driver.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <variant>
#include <vector>

#include "base/overloaded.h"
#include "io/built_transports.h"
#include "io/core_ports.h"
#include "io/media_ports.h"
#include "io/name_server_watch.h"
#include "io/netlink_monitor.h"
#include "io/sleep_watch.h"
#include "io/system_random.h"
#include "io/timer.h"
#include "ua/handover_metrics.h"

namespace godwit::io {
namespace {

// Far more than any turn needs; an engine that never comes to rest must not stop the loop.
constexpr int kMaxRounds = 1000;

// Deadlines of a busy agent follow each other by microseconds: those of a millisecond are one.
constexpr Duration kTimerGrain = std::chrono::milliseconds{1};

struct PendingEvent {
  Event event;
  EventTime time;
};

}  // namespace

// Sockets and timers call this by plain pointer: they are its members, and call only from the loop.
// Whoever destroys the driver from inside an event leaves it to the loop to destroy this afterwards.
struct UserAgentDriver::State : std::enable_shared_from_this<UserAgentDriver::State> {
  template <class... LoopArguments>
  State(const UserAgentOptions& options, std::unique_ptr<ua::AudioFactory> audio,
        LoopArguments&&... of_loop);

  Loop loop;
  SystemRandom random;
  std::unique_ptr<ua::AudioFactory> factory;
  LogSink log;
  ua::Engine engine;
  CorePorts core;
  MediaPorts media;
  Timer timer;
  std::unique_ptr<NetlinkMonitor> monitor;
  std::optional<NameServerWatch> name_servers;
  net::NetworkSnapshot last_look;
  SleepWatch sleep_watch{slept_since_start()};

  std::shared_ptr<EventHandler> handler;
  std::deque<PendingEvent> events;
  ua::HandoverMetrics metrics;
  std::atomic<bool> hint_pending = false;
  bool settling = false;
  bool delivering = false;
  bool delivery_posted = false;
  bool closed = false;
  std::optional<TimePoint> stop_by;  // or earlier, when the engine is idle
  TimePoint woken_at{};              // by the timer, the last time
  std::optional<Error> file_error;   // the newest

  void start(const NetworkPolicy& policy);
  void close();

  void on_input(const ua::Input& input);
  void on_timeout();
  void on_media_activity();
  void on_network(NetlinkMonitor::Cause cause, TimePoint at);
  net::NetworkSnapshot look_at_network(const std::vector<net::IpAddress>& destinations);
  void on_notified();
  void note_sleep();

  void settle();
  bool settle_once();
  bool carry_out(std::vector<ua::Action> actions);
  void emit(ua::Emit&& emitted);
  template <class Inputs>
  bool feed(const Inputs& inputs);
  void deliver();
  void deliver_soon();
  void write_log(LogLevel level, std::string component, std::string message) const;
};

template <class... LoopArguments>
UserAgentDriver::State::State(const UserAgentOptions& options,
                              std::unique_ptr<ua::AudioFactory> audio, LoopArguments&&... of_loop)
    : loop(std::forward<LoopArguments>(of_loop)...),
      factory(std::move(audio)),
      log(options.log),
      engine(limited_to_build(options), random, loop.now()),
      core(loop,
           {.resolver = {.hosts_file = options.hosts_file, .servers = options.dns_servers},
            .tap = options.tap,
            .on_socket = options.on_socket},
           [this](sip::IoInput input) { on_input(ua::Input{std::move(input)}); }),
      media(loop, *factory, random, {options.media_ports, options.on_socket},
            [this] { on_media_activity(); }),
      timer(loop, [this] { on_timeout(); }) {}

void UserAgentDriver::State::start(const NetworkPolicy& policy) {
  NetlinkMonitor::Hint hint;
  NameServerWatch::Hint other_servers;
  if (policy.automatic) {
    hint = [this](NetlinkMonitor::Cause cause, TimePoint at) { on_network(cause, at); };
    other_servers = [this] { on_network(NetlinkMonitor::Cause::told, loop.now()); };
  }
  name_servers.emplace(loop, std::move(other_servers));
  auto opened = NetlinkMonitor::open(loop, std::move(hint));
  if (!opened) {
    // Where netlink is forbidden (systemd: RestrictAddressFamilies needs AF_NETLINK).
    return write_log(LogLevel::error, "network",
                     "cannot see the network: " + opened.error().detail);
  }
  monitor = std::move(*opened);
  last_look = look_at_network({});
  const TimePoint now = loop.now();
  engine.on_input(ua::NetworkObserved{last_look, now}, now);
  settle();
  deliver_soon();
}

void UserAgentDriver::State::close() {
  closed = true;
  events.clear();
  loop.close();
}

void UserAgentDriver::State::on_input(const ua::Input& input) {
  if (closed) return;
  engine.on_input(input, loop.now());
  settle();
  deliver();
}

void UserAgentDriver::State::on_timeout() {
  if (closed) return;
  woken_at = loop.now();
  note_sleep();
  engine.on_timeout(woken_at);
  settle();
  deliver();
}

void UserAgentDriver::State::on_media_activity() {
  if (closed || !feed(media.take_inputs())) return;
  settle();
  deliver();
}

void UserAgentDriver::State::on_network(NetlinkMonitor::Cause cause, TimePoint at) {
  if (closed || !monitor) return;
  note_sleep();
  auto snapshot = look_at_network(engine.destinations_in_use());
  if (cause == NetlinkMonitor::Cause::recheck && snapshot == last_look) return;
  if (snapshot != last_look) core.on_network_changed();
  last_look = snapshot;
  on_input(ua::NetworkObserved{std::move(snapshot), at});
}

net::NetworkSnapshot UserAgentDriver::State::look_at_network(
    const std::vector<net::IpAddress>& destinations) {
  auto snapshot = monitor->observe(destinations);
  snapshot.name_servers = name_servers->current();
  return snapshot;
}

// A system that wakes up looks at its network, and keep-alives make the timer run: either is soon.
void UserAgentDriver::State::note_sleep() {
  if (const auto slept = sleep_watch.look(slept_since_start())) {
    engine.on_input(ua::Woken{*slept}, loop.now());
  }
}

void UserAgentDriver::State::on_notified() {
  hint_pending = false;
  const TimePoint now = loop.now();
  core.on_network_changed();  // two networks may look the same
  on_input(ua::NetworkHint{});
  on_network(NetlinkMonitor::Cause::told, now);
}

void UserAgentDriver::State::settle() {
  if (settling || closed) return;
  settling = true;
  int rounds = 0;
  while (!closed && settle_once()) {
    if (++rounds < kMaxRounds) continue;
    write_log(LogLevel::error, "driver", "the engine does not come to rest; going on later");
    loop.post([weak = weak_from_this()] {
      if (const auto state = weak.lock()) state->on_timeout();
    });
    break;
  }
  settling = false;
  auto wake = engine.next_deadline();
  if (stop_by && (!wake || *stop_by < *wake)) wake = stop_by;
  if (wake) wake = std::max(*wake, woken_at + kTimerGrain);
  timer.arm(wake);
}

// @return whether anything happened that may cause more.
bool UserAgentDriver::State::settle_once() {
  bool busy = carry_out(engine.take_actions());
  // Media sockets first: a call's refresh leaves before its account's REGISTER.
  const auto of_media = media.take_inputs();
  for (const auto& input : of_media) {
    if (const auto* failed = std::get_if<ua::MediaFailed>(&input)) file_error = failed->error;
  }
  busy |= feed(of_media);
  busy |= feed(core.take_answers());
  return busy;
}

bool UserAgentDriver::State::carry_out(std::vector<ua::Action> actions) {
  bool media_asked = false;
  for (ua::Action& action : actions) {
    if (closed) return false;
    std::visit(overloaded{[&](const sip::IoAction& wanted) { core.execute(wanted); },
                          [&](const ua::MediaAction& wanted) {
                            media.execute(wanted);
                            media_asked = true;
                          },
                          [&](ua::Emit& emitted) { emit(std::move(emitted)); },
                          [&](const ua::WriteLog& line) {
                            if (log) log(line.record);
                          }},
               action);
  }
  if (media_asked) media.flush();
  return !actions.empty();
}

void UserAgentDriver::State::emit(ua::Emit&& emitted) {
  metrics.count(emitted.event);
  const auto ago =
      std::chrono::duration_cast<std::chrono::system_clock::duration>(loop.now() - emitted.at);
  events.push_back({std::move(emitted.event), {emitted.at, loop.wall() - ago}});
}

template <class Inputs>
bool UserAgentDriver::State::feed(const Inputs& inputs) {
  for (const auto& input : inputs) engine.on_input(input, loop.now());
  return !inputs.empty();
}

// Only from the loop, after the engine has settled. The handler may put in commands, whose events
// are delivered here as well, or destroy the driver, which empties the queue.
void UserAgentDriver::State::deliver() {
  if (delivering) return;
  delivering = true;
  while (!events.empty()) {
    const PendingEvent next = std::move(events.front());
    events.pop_front();
    const auto current = handler;  // it may set another one
    if (current && *current) (*current)(next.event, next.time);
  }
  delivering = false;
  if (!stop_by || closed || (!engine.idle() && loop.now() < *stop_by)) return;
  stop_by.reset();
  loop.stop();
}

void UserAgentDriver::State::deliver_soon() {
  if (events.empty() || delivering || delivery_posted) return;
  delivery_posted = true;
  loop.post([weak = weak_from_this()] {
    const auto state = weak.lock();
    if (!state) return;
    state->delivery_posted = false;
    state->deliver();
  });
}

void UserAgentDriver::State::write_log(LogLevel level, std::string component,
                                       std::string message) const {
  if (log) log({level, std::move(component), {}, std::move(message)});
}

UserAgentDriver::UserAgentDriver(UserAgentOptions options, std::unique_ptr<ua::AudioFactory> audio)
    : state_(std::make_shared<State>(options, std::move(audio))) {
  state_->start(options.network);
}

UserAgentDriver::UserAgentDriver(UserAgentOptions options, std::unique_ptr<ua::AudioFactory> audio,
                                 asio::io_context& context, std::function<void()> stopped)
    : state_(std::make_shared<State>(options, std::move(audio), context, std::move(stopped))) {
  state_->start(options.network);
}

UserAgentDriver::~UserAgentDriver() {
  state_->close();
  if (state_->delivering) state_->loop.keep_for_this_turn(state_);
}

UserAgentDriver::Turn::~Turn() {
  state_->settle();
  state_->deliver_soon();
}

void UserAgentDriver::on_event(EventHandler handler) {
  state_->handler = std::make_shared<EventHandler>(std::move(handler));
}

ua::Engine& UserAgentDriver::engine() {
  return state_->engine;
}
const ua::Engine& UserAgentDriver::engine() const {
  return state_->engine;
}
void UserAgentDriver::forget_file_error() {
  state_->file_error.reset();
}
Result<void> UserAgentDriver::take_file_error() {
  if (!state_->file_error) return {};
  return tl::unexpected(*std::exchange(state_->file_error, std::nullopt));
}
std::string UserAgentDriver::metrics() const {
  return state_->metrics.text();
}

TimePoint UserAgentDriver::now() const {
  return state_->loop.now();
}

const media::Session* UserAgentDriver::media_session(ua::MediaId media) const {
  return state_->media.session(media);
}

std::optional<media::Statistics> UserAgentDriver::media_statistics(ua::MediaId media) const {
  return state_->media.statistics(media);
}

void UserAgentDriver::notify_network_changed() {
  // Hints that come faster than the loop turns are one.
  if (state_->hint_pending.exchange(true)) return;
  state_->loop.post([weak = state_->weak_from_this()] {
    if (const auto state = weak.lock()) state->on_notified();
  });
}

void UserAgentDriver::post(std::function<void()> f) {
  state_->loop.post(std::move(f));
}

void UserAgentDriver::stop_when_idle(TimePoint until) {
  state_->stop_by = until;
  state_->loop.post([weak = state_->weak_from_this()] {
    const auto state = weak.lock();
    if (!state) return;
    state->settle();
    state->deliver();
  });
}

// Each keeps the state alive on its own: an event handler may destroy the driver meanwhile.
void UserAgentDriver::run() {
  const auto state = state_;
  state->loop.run();
}

bool UserAgentDriver::poll(Duration wait) {
  const auto state = state_;
  return state->loop.poll(wait);
}

void UserAgentDriver::stop() {
  state_->loop.stop();
}

}  // namespace godwit::io
