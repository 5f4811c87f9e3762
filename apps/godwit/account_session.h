// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "agent_session.h"
#include "godwit/account.h"

namespace godwit::cli {

/// An account in a session, registered before it is used.
class AccountSession {
 public:
  explicit AccountSession(AgentSession& session) : session_(session) {}

  /// Adds the account; registers unless `expires` is 0; then runs `ready`, once. When the first
  /// registration fails, or is not through within `limit`, the session ends with the reason.
  void start(const AccountOptions& options, std::chrono::seconds expires, Duration limit,
             std::function<void()> ready);

  [[nodiscard]] Account& account() { return account_; }
  [[nodiscard]] const RegistrationChanged& registration() const { return registration_; }

 private:
  void on_event(const Event& event);
  void become_ready();

  AgentSession& session_;
  Account account_;
  std::string server_;  ///< as shown to people
  RegistrationChanged registration_;
  std::function<void()> ready_;  ///< empty once it has run
};

}  // namespace godwit::cli
