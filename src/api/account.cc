// SPDX-License-Identifier: Apache-2.0
#include "godwit/account.h"

#include "api/user_agent_core.h"

namespace godwit {

Result<AccountOptions> Account::options() const {
  const auto core = core_.lock();
  if (!core) return agent_is_gone(Errc::no_such_account);
  return std::as_const(core->driver).engine().account_options(id_);
}

Result<AccountInfo> Account::info() const {
  const auto core = core_.lock();
  if (!core) return agent_is_gone(Errc::no_such_account);
  return std::as_const(core->driver).engine().account_info(id_);
}

Result<void> Account::start_registration(std::chrono::seconds expires) {
  return command(core_, Errc::no_such_account, [&](ua::Engine& engine, TimePoint now) {
    return engine.start_registration(id_, expires, now);
  });
}

Result<void> Account::stop_registration() {
  return command(core_, Errc::no_such_account, [&](ua::Engine& engine, TimePoint now) {
    return engine.stop_registration(id_, now);
  });
}

Result<QueryId> Account::fetch_bindings() {
  return command(core_, Errc::no_such_account, [&](ua::Engine& engine, TimePoint now) {
    return engine.fetch_bindings(id_, now);
  });
}

Result<QueryId> Account::remove_all_bindings() {
  return command(core_, Errc::no_such_account, [&](ua::Engine& engine, TimePoint now) {
    return engine.remove_all_bindings(id_, now);
  });
}

Result<Call> Account::dial(std::string_view target, const CallOptions& options) {
  auto call = command(core_, Errc::no_such_account, [&](ua::Engine& engine, TimePoint now) {
    return engine.dial(id_, target, options, now);
  });
  if (!call) return tl::unexpected(call.error());
  return Call(core_, *call);
}

Result<MessageId> Account::send_message(std::string_view target, const MessageBody& body) {
  return command(core_, Errc::no_such_account, [&](ua::Engine& engine, TimePoint now) {
    return engine.send_message(id_, target, body, now);
  });
}

Result<SubscriptionId> Account::subscribe(std::string_view target, std::string_view package,
                                          std::chrono::seconds expires) {
  return command(core_, Errc::no_such_account, [&](ua::Engine& engine, TimePoint now) {
    return engine.subscribe(id_, target, {std::string(package), expires}, now);
  });
}

Result<void> Account::unsubscribe(SubscriptionId subscription) {
  return command(core_, Errc::no_such_account, [&](ua::Engine& engine, TimePoint now) {
    return engine.unsubscribe(id_, subscription, now);
  });
}

}  // namespace godwit
