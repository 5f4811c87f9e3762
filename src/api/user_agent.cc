// SPDX-License-Identifier: Apache-2.0
#include "godwit/user_agent.h"

#include <utility>

#include "api/user_agent_core.h"
#include "io/audio_file.h"

namespace godwit {

UserAgentCore::UserAgentCore(UserAgentOptions options)
    : driver(std::move(options), std::make_unique<io::FileAudioFactory>()) {}

UserAgentCore::UserAgentCore(UserAgentOptions options, asio::io_context& context,
                             std::function<void()> stopped)
    : driver(std::move(options), std::make_unique<io::FileAudioFactory>(), context,
             std::move(stopped)) {}

UserAgent::UserAgent(std::shared_ptr<UserAgentCore> core) : core_(std::move(core)) {}

UserAgent::UserAgent(UserAgentOptions options)
    : core_(std::make_shared<UserAgentCore>(std::move(options))) {}
UserAgent::~UserAgent() = default;

void UserAgent::on_event(EventHandler handler) {
  core_->driver.on_event(std::move(handler));
}

Result<Account> UserAgent::add_account(AccountOptions options) {
  auto id = core_->driver.command([&](ua::Engine& engine, TimePoint now) {
    return engine.add_account(std::move(options), now);
  });
  if (!id) return tl::unexpected(id.error());
  return Account(core_, *id);
}

Result<void> UserAgent::modify_account(AccountId account, AccountOptions options) {
  return core_->driver.command([&](ua::Engine& engine, TimePoint now) {
    return engine.modify_account(account, std::move(options), now);
  });
}

Result<void> UserAgent::remove_account(AccountId account) {
  return core_->driver.command(
      [&](ua::Engine& engine, TimePoint now) { return engine.remove_account(account, now); });
}

Account UserAgent::account(AccountId id) const {
  return Account(core_, id);
}
Call UserAgent::call(CallId id) const {
  return Call(core_, id);
}
std::vector<CallId> UserAgent::calls() const {
  return std::as_const(core_->driver).engine().calls();
}

Result<QueryId> UserAgent::query_options(std::string_view target) {
  return core_->driver.command(
      [&](ua::Engine& engine, TimePoint now) { return engine.query_options(target, now); });
}

ConferenceId UserAgent::open_conference() {
  return core_->driver.command(
      [](ua::Engine& engine, TimePoint) { return engine.open_conference(); });
}

Result<void> UserAgent::close_conference(ConferenceId conference) {
  return core_->driver.command(
      [&](ua::Engine& engine, TimePoint now) { return engine.close_conference(conference, now); });
}

std::string UserAgent::metrics() const {
  return core_->driver.metrics();
}

void UserAgent::shut_down(Duration limit) {
  core_->driver.command(
      [limit](ua::Engine& engine, TimePoint now) { engine.shut_down(now, limit); });
  core_->driver.stop_when_idle(core_->driver.now() + limit);
}

void UserAgent::notify_network_changed() {
  core_->driver.notify_network_changed();
}
void UserAgent::post(std::function<void()> f) {
  core_->driver.post(std::move(f));
}
void UserAgent::run() {
  core_->driver.run();
}
bool UserAgent::poll(Duration wait) {
  return core_->driver.poll(wait);
}
void UserAgent::stop() {
  core_->driver.stop();
}

}  // namespace godwit
