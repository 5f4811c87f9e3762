// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "godwit/error.h"
#include "godwit/time.h"
#include "server/location_table.h"

namespace godwit::server {

/// One moment on the clock of the core and on that of the wall.
struct Moment {
  TimePoint now{};
  std::chrono::sys_seconds wall{};
};

/// A binding as a file keeps it for the next process, which has other clocks and other connections.
struct StoredBinding {
  std::string contact;          ///< "<sip:…>;q=0.5;…", as in a Contact, without expires
  std::string call_id;          ///< of the REGISTER that made it
  std::int64_t cseq = 0;        ///< of the same; 0 to 2^32-1
  std::int64_t expires_at = 0;  ///< Unix time in seconds
  std::int64_t reg_id = 0;      ///< 0: it is no outbound one (RFC 5626)
  std::string instance;         ///< "urn:uuid:…"; empty: it named none
  /// "10.8.0.2:5060 10.1.0.2:5060": from where to where datagrams go to it; empty: its Contact, or
  /// its path, says where.
  std::string flow;
  std::string path;  ///< the proxies on the way there (RFC 3327), the first first, one a line

  auto operator<=>(const StoredBinding&) const = default;
};

/// All that is stored of one user.
struct StoredBindings {
  std::string user;
  std::vector<StoredBinding> bindings;  ///< the latest registered first

  auto operator<=>(const StoredBindings&) const = default;
};

/// What leads to it when this process has ended. Empty: nothing does, for it was reached by a
/// connection, which ends too, and nobody listens at the other end.
[[nodiscard]] std::optional<StoredBinding> to_stored(const Binding& binding, const Moment& moment);

/// The other way round. A flow has no id yet. One that has expired is so in what is returned.
/// Errors: `malformed_message`, naming the part that does not read.
[[nodiscard]] Result<Binding> from_stored(const StoredBinding& stored, const Moment& moment);

}  // namespace godwit::server
