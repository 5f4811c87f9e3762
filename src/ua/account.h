// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "sip/auth/credential_store.h"
#include "ua/identity.h"
#include "ua/registration.h"

namespace godwit::ua {

/// An identity with its credentials and its registration.
struct Account {
  Account(AccountOptions account_options, Identity read, Context& context)
      : options(std::move(account_options)),
        identity(std::move(read)),
        credentials(secret(), context.random),
        registration(identity, credentials, context) {}
  Account(const Account&) = delete;
  Account& operator=(const Account&) = delete;

  [[nodiscard]] sip::Secret secret() const {
    const auto& user = identity.address_of_record.uri.user;
    return {options.username.empty() ? user : options.username, options.password};
  }

  AccountOptions options;
  Identity identity;
  sip::CredentialStore credentials;
  Registration registration;
};

}  // namespace godwit::ua
