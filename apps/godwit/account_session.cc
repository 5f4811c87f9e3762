// SPDX-License-Identifier: Apache-2.0
#include "account_session.h"

#include <fmt/format.h>

#include <utility>

namespace godwit::cli {

void AccountSession::start(const AccountOptions& options, std::chrono::seconds expires,
                           Duration limit, std::function<void()> ready) {
  ready_ = std::move(ready);
  server_ = options.registrar.empty() ? options.address_of_record : options.registrar;
  session_.on_event([this](const Event& event) { on_event(event); });
  const Result<Account> account = session_.agent().add_account(options);
  if (!account) return session_.finish(verdict_on(account.error(), "The account cannot be used"));
  account_ = *account;
  if (expires.count() == 0) return session_.agent().post([this] { become_ready(); });
  const Result<void> started = account_.start_registration(expires);
  if (!started) return session_.finish(verdict_on(started.error(), "Cannot register"));
  session_.after(limit, [this] {
    if (!ready_) return;
    session_.finish({ExitCode::no_answer, fmt::format("No answer from {} in time.", server_),
                     "Check the address and port, or allow more time with --timeout."});
  });
}

void AccountSession::on_event(const Event& event) {
  const auto* step = std::get_if<NetworkChangeStep>(&event);
  if (step != nullptr && ready_ && step->kind == "park") {
    // Later it would wait for a network to come; a command that cannot even start says so.
    session_.finish({ExitCode::no_path, fmt::format("No network leads to {}.", server_),
                     "`godwit network watch` shows what the system offers."});
  }
  const auto* changed = std::get_if<RegistrationChanged>(&event);
  if (changed == nullptr || changed->account != account_.id()) return;
  registration_ = *changed;
  if (changed->state == RegistrationState::registered) become_ready();
  // Later failures are the network's passing moods: the registration goes on trying.
  if (changed->state == RegistrationState::failed && ready_) {
    session_.finish(verdict_on(*changed, server_));
  }
}

void AccountSession::become_ready() {
  if (ready_) std::exchange(ready_, nullptr)();
}

}  // namespace godwit::cli
