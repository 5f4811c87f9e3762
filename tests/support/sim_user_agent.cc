// SPDX-License-Identifier: Apache-2.0
#include "support/sim_user_agent.h"

#include <algorithm>
#include <cstring>

#include "base/assert.h"
#include "base/overloaded.h"
#include "support/time_text.h"

namespace godwit::test {
namespace {

// How long the system takes to tell of a change.
constexpr Duration kHintDelay = std::chrono::milliseconds{3};

std::string as_text(std::span<const std::byte> bytes) {
  std::string text(bytes.size(), '\0');
  if (!bytes.empty()) std::memcpy(text.data(), bytes.data(), bytes.size());
  return text;
}

}  // namespace

SimUserAgent::SimUserAgent(FakeNetwork& network, FakeHost& host, const UserAgentOptions& options)
    : network_(network),
      host_(host),
      time_(network.time()),
      random_(network.random().u64()),
      factory_(time_, ear_),
      rack_(factory_, random_),
      shell_(network, host,
             {.tell = [this](sip::IoInput told) { input(std::move(told)); },
              .note = [this](const std::string& line) { note(line); },
              .blame = [this](std::string fault) { blame(std::move(fault)); },
              .leaves = [this](const net::SocketAddress& from) { check_source(from, "SIP"); }}),
      engine_(options, random_, time_.now()) {
  allow(options.transport.bind);
  host_.on_change([this] {
    time_.after(network_.random_up_to(kHintDelay), [this] {
      observe_network();
      settle();
    });
  });
  observe_network();
  settle();
}

SimUserAgent::~SimUserAgent() = default;

void SimUserAgent::allow(const BindOptions& bind) {
  shell_.allow_public_address(bind.public_address_v4);
  shell_.allow_public_address(bind.public_address_v6);
}

AccountId SimUserAgent::add_account(const AccountOptions& options) {
  if (options.bind) allow(*options.bind);
  const auto account =
      run([&](ua::Engine& engine, TimePoint now) { return engine.add_account(options, now); });
  GODWIT_ASSERT(account.has_value());
  return *account;
}

void SimUserAgent::start_registration(AccountId account) {
  const auto started = run([&](ua::Engine& engine, TimePoint now) {
    return engine.start_registration(account, kDefaultExpires, now);
  });
  GODWIT_ASSERT(started.has_value());
}

Result<CallId> SimUserAgent::dial(AccountId account, std::string_view target,
                                  const CallOptions& options) {
  return run([&](ua::Engine& engine, TimePoint now) {
    return engine.dial(account, target, options, now);
  });
}

void SimUserAgent::hang_up(CallId call) {
  static_cast<void>(
      run([&](ua::Engine& engine, TimePoint now) { return engine.hang_up(call, now); }));
}

void SimUserAgent::shut_down() {
  engine_.shut_down(time_.now());
  settle();
}

void SimUserAgent::notify_network_changed() {
  inputs_.emplace_back(ua::NetworkHint{});
  observe_network();
  settle();
}

void SimUserAgent::auto_answer(CallOptions options, Duration after) {
  on_event([this, options = std::move(options), after](const Event& event) {
    const auto* incoming = std::get_if<IncomingCall>(&event);
    if (incoming == nullptr) return;
    time_.after(after, [this, options, call = incoming->call] {
      static_cast<void>(run(
          [&](ua::Engine& engine, TimePoint now) { return engine.answer(call, options, now); }));
    });
  });
}

bool SimUserAgent::has_nothing_to_do() const {
  const auto sizes = engine_.sizes();
  return engine_.idle() && sizes.transactions == 0 && sizes.owners == 0 && !rack_.next_deadline();
}

bool SimUserAgent::at_rest() const {
  return unrest().empty();
}

std::string SimUserAgent::unrest() const {
  std::string text;
  if (!engine_.idle()) text += host_.name() + "'s engine is not idle, ";
  if (const auto next = engine_.next_deadline()) {
    text += host_.name() + "'s engine waits until " + time_text(*next) + ", ";
  }
  if (const auto next = rack_.next_deadline()) {
    text += host_.name() + "'s media waits until " + time_text(*next) + ", ";
  }
  return text;
}

void SimUserAgent::note(const std::string& line) {
  log_ += time_text(time_.now()) + ' ' + host_.name() + ": " + line + '\n';
}

void SimUserAgent::sleep(Duration span) {
  asleep_ = true;
  time_.after(span, [this, span] {
    asleep_ = false;
    inputs_.emplace_front(ua::Woken{span});
    observe_network();
    settle();
    wake();
  });
}

void SimUserAgent::input(ua::Input input) {
  const auto* io = std::get_if<sip::IoInput>(&input);
  if (asleep_ && io != nullptr && std::holds_alternative<sip::DatagramReceived>(*io)) return;
  inputs_.push_back(std::move(input));
  settle();
}

// The drain contract: actions, then what came of them, until neither is left.
void SimUserAgent::settle() {
  if (settling_ || asleep_) return;
  settling_ = true;
  for (;;) {
    auto actions = engine_.take_actions();
    for (const auto& action : actions) perform(action);
    flush_media();
    if (actions.empty() && inputs_.empty()) break;
    while (!inputs_.empty()) {
      const auto next = std::move(inputs_.front());
      inputs_.pop_front();
      engine_.on_input(next, time_.now());
    }
  }
  settling_ = false;
  tell_events();
  arm();
}

void SimUserAgent::tell_events() {
  while (!untold_.empty()) {
    const auto event = std::move(untold_.front());
    untold_.pop_front();
    if (handler_) handler_(event);
  }
}

void SimUserAgent::arm() {
  auto next = engine_.next_deadline();
  const auto media = rack_.next_deadline();
  if (media && (!next || *media < *next)) next = media;
  if (!next || (armed_ && *armed_ <= *next)) return;
  armed_ = std::max(*next, time_.now());
  time_.at(*armed_, [this, when = *armed_] {
    if (armed_ == when) armed_.reset();
    wake();
  });
}

void SimUserAgent::wake() {
  if (asleep_) return;
  // A deadline that does not go away by being met is a bug that would stop the clock.
  constexpr int kTooMany = 1000;
  wakes_in_a_moment_ = last_wake_ == time_.now() ? wakes_in_a_moment_ + 1 : 0;
  last_wake_ = time_.now();
  if (wakes_in_a_moment_ > kTooMany) std::fputs(log_.c_str(), stderr);
  GODWIT_ASSERT(wakes_in_a_moment_ <= kTooMany);
  engine_.on_timeout(time_.now());
  rack_.on_timeout(time_.now());
  settle();
}

void SimUserAgent::observe_network() {
  observed_ = host_.snapshot(engine_.destinations_in_use());
  inputs_.emplace_back(ua::NetworkObserved{*observed_, time_.now()});
}

void SimUserAgent::perform(const ua::Action& action) {
  std::visit(overloaded{[this](const sip::IoAction& io) { shell_.perform(io); },
                        [this](const ua::MediaAction& media) { perform_media(media); },
                        [this](const ua::Emit& emit) {
                          note("* " + describe(emit.event));
                          told_.push_back({emit.at, emit.event});
                          untold_.push_back(emit.event);
                        },
                        [this](const ua::WriteLog& log) {
                          const auto& record = log.record;
                          note(record.component + ' ' + record.subject + ": " + record.message);
                        }},
             action);
}

void SimUserAgent::check_source(const net::SocketAddress& source, std::string_view what) {
  // One that has just come may be used before the change is told of.
  const bool held = host_.has_address(source.address);
  if (!observed_ || observed_->has_address(source.address) || held) return;
  blame(std::string(what) + " from " + to_string(source) + ", which is gone");
}

void SimUserAgent::blame(std::string fault) {
  faults_.push_back(std::move(fault));
  note("FAULT " + faults_.back());
}

ua::MediaAction SimUserAgent::with_limits(const ua::MediaAction& action) const {
  const auto* const create = std::get_if<ua::CreateMedia>(&action);
  if (create == nullptr || !key_limits_) return action;
  auto kit = std::make_shared<media::Kit>(*create->kit);
  kit->key_limits = *key_limits_;
  auto limited = *create;
  limited.kit = std::move(kit);
  return limited;
}

void SimUserAgent::perform_media(const ua::MediaAction& action) {
  if (const auto* open = std::get_if<ua::OpenMediaPath>(&action)) open_path(*open);
  for (auto& caused : rack_.apply(with_limits(action), time_.now())) {
    inputs_.push_back(std::move(caused));
  }
  if (const auto* close = std::get_if<ua::CloseMediaPath>(&action)) {
    flush_media();
    close_path({close->media, close->path});
  }
  if (const auto* end = std::get_if<ua::EndMedia>(&action)) {
    flush_media();  // the RTCP BYE leaves before its socket goes
    close_paths_of(end->media);
  }
}

void SimUserAgent::open_path(const ua::OpenMediaPath& action) {
  note("open a media path from " + to_string(action.local));
  const PathKey key{action.media, action.path};
  constexpr int kTries = 20;
  Error error{make_error_code(Errc::address_in_use), "no free pair of ports"};
  for (int i = 0; i < kTries; ++i) {
    const auto port = static_cast<std::uint16_t>(20'000 + 2 * random_.below(6'000));
    const auto rtp = host_.bind({action.local, port}, [this, key](const FakePacket& packet) {
      receive_media(key, ua::Channel::rtp, packet);
    });
    if (!rtp) {
      error = rtp.error();
      continue;
    }
    const auto rtcp = host_.bind(
        {action.local, static_cast<std::uint16_t>(port + 1)},
        [this, key](const FakePacket& packet) { receive_media(key, ua::Channel::rtcp, packet); });
    if (!rtcp) {
      host_.close(*rtp);
      continue;
    }
    paths_[key] = {*rtp, *rtcp};
    const ua::MediaPathOpened opened{action.media, action.path, {action.local, port}};
    if (path_delay_ > Duration{}) {
      return time_.after(path_delay_, [this, opened] { input(opened); });
    }
    inputs_.emplace_back(opened);
    return;
  }
  inputs_.emplace_back(ua::MediaPathFailed{action.media, action.path, error});
}

void SimUserAgent::close_path(const PathKey& key) {
  const auto at = paths_.find(key);
  if (at == paths_.end()) return;
  host_.close(at->second.rtp);
  host_.close(at->second.rtcp);
  paths_.erase(at);
}

void SimUserAgent::close_paths_of(ua::MediaId media) {
  for (auto at = paths_.begin(); at != paths_.end();) {
    const PathKey key = at->first;
    ++at;
    if (key.first == media) close_path(key);
  }
}

void SimUserAgent::receive_media(const PathKey& key, ua::Channel channel,
                                 const FakePacket& packet) {
  if (asleep_) return;
  rack_.on_packet(
      key.first,
      {key.second, channel, packet.source, std::as_bytes(std::span(packet.bytes)), time_.now()},
      time_.now());
  settle();
}

void SimUserAgent::flush_media() {
  rack_.flush([this](ua::MediaId media,
                     const media::Transmit& transmit) { return send_media(media, transmit); },
              time_.now());
  for (auto& input : rack_.take_reports(time_.now())) {
    const auto* const report = std::get_if<ua::MediaReport>(&input);
    const auto* const seen =
        report == nullptr ? nullptr : std::get_if<media::AddressSeen>(&report->notice);
    if (seen != nullptr && seen->address) {
      shell_.allow_public_address(net::to_string(seen->address->address));
    }
    inputs_.push_back(std::move(input));
  }
}

bool SimUserAgent::send_media(ua::MediaId media, const media::Transmit& transmit) {
  const auto at = paths_.find({media, transmit.path});
  if (at == paths_.end()) return false;
  const auto socket = transmit.channel == ua::Channel::rtp ? at->second.rtp : at->second.rtcp;
  const auto local = host_.local_of(socket);
  check_source(local, "RTP");
  return host_.send(socket, local.address, transmit.to, as_text(transmit.bytes)).has_value();
}

}  // namespace godwit::test
