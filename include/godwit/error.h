// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <system_error>
#include <tl/expected.hpp>
#include <utility>

#include "godwit/export.h"

namespace godwit {

/// Why something that was asked for cannot be done. 0 is reserved: std::error_code reads it as "no error".
enum class Errc {
  malformed_message = 1,  ///< the peer's bytes break the grammar
  invalid_argument,       ///< a value is out of the range that its documentation states
  no_such_account,        ///< the account was removed, or never was
  no_such_call,           ///< the call has ended, or never was
  wrong_state,            ///< not possible now: answering a call that is answered, for example
  timed_out,              ///< no answer within the stated time
  cancelled,              ///< the caller gave up first
  no_network,             ///< no address or route leads anywhere
  name_not_found,         ///< the resolver knows no address for the name
  unreachable,            ///< the network said that nothing is there
  address_in_use,         ///< another socket holds the port
  authentication_failed,  ///< the credentials were refused, or there are none for the realm
  rejected,               ///< the far end answered with a final error
  unsupported,            ///< understood, but not offered by this build or peer
  media_failed,           ///< no codec in common, or no way for the sound to go
  limit_reached,          ///< a limit of docs/settings.md was met
  connection_closed,      ///< the far end closed the connection
  tls_failed,             ///< the TLS handshake did not succeed
  certificate_rejected,   ///< the far end did not prove to be whom we meant
  not_protected,          ///< the sound would go without the protection that it has to have
};

/// The category of `Errc`; its messages are short English phrases without a full stop.
GODWIT_EXPORT const std::error_category& godwit_category() noexcept;

inline std::error_code make_error_code(Errc e) noexcept {
  return {static_cast<int>(e), godwit_category()};
}

/// A failure: `code` is for comparing, `detail` is for showing to a person.
struct Error {
  std::error_code code;
  std::string detail;  ///< for example "CSeq: method missing at byte 4"; may be empty

  bool operator==(const Error&) const = default;
};

/// What was asked for, or why it cannot be done.
template <class T>
using Result = tl::expected<T, Error>;

/// Shorthand for returning a failure: `return fail(Errc::invalid_argument, "expires: 60 s at least");`
inline tl::unexpected<Error> fail(Errc code, std::string detail) {
  return tl::unexpected<Error>(Error{make_error_code(code), std::move(detail)});
}

}  // namespace godwit

template <>
struct std::is_error_code_enum<godwit::Errc> : std::true_type {};
