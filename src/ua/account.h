// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "sip/auth/credential_store.h"
#include "ua/identity.h"
#include "ua/registrars.h"
#include "ua/registration.h"
#include "ua/standby_flows.h"

namespace godwit::ua {

/// An identity with its credentials and its registrations.
struct Account {
  Account(AccountOptions account_options, Identity read, Context& context)
      : options(std::move(account_options)),
        identity(std::move(read)),
        credentials(secret(), context.random),
        registration(identity, credentials, context),
        standby(identity, credentials, context) {
    choose_registrars();
  }
  Account(const Account&) = delete;
  Account& operator=(const Account&) = delete;

  [[nodiscard]] sip::Secret secret() const {
    const auto& user = identity.address_of_record.uri.user;
    return {options.username.empty() ? user : options.username, options.password};
  }

  /// The identity names others than before, or there is none yet: the first is present.
  void choose_registrars() {
    const auto count = identity.registrars.size();
    registrars = count > 1 ? std::make_unique<Registrars>(count) : nullptr;
    registration.choose_by(registrars ? &registrars->choice : nullptr);
  }

  AccountOptions options;
  Identity identity;
  sip::CredentialStore credentials;
  Registration registration;  ///< over the flow that requests leave by
  StandbyFlows standby;
  std::unique_ptr<Registrars> registrars;  ///< null: there is one
  net::Uplink carrying;  ///< of that flow, as far as is known
  /// Nothing came by it any more. Once an answer has come by the one that carries, calls leave it as well.
  std::optional<net::Uplink> suspected;

  /// All of them, that one first.
  [[nodiscard]] std::vector<Registration*> registrations() {
    std::vector<Registration*> all{&registration};
    for (auto& one : standby.all()) all.push_back(one.registration.get());
    return all;
  }
  [[nodiscard]] std::vector<const Registration*> registrations() const {
    std::vector<const Registration*> all{&registration};
    for (const auto& one : standby.all()) all.push_back(one.registration.get());
    return all;
  }
  [[nodiscard]] std::optional<TimePoint> next_deadline() const {
    const auto first = earlier_of(registration.next_deadline(), standby.next_deadline());
    if (!registrars || !registration.wanted()) return first;
    return earlier_of(first, registrars->choice.next_deadline());
  }
};

}  // namespace godwit::ua
