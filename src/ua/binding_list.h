// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/event.h"
#include "sip/message/message.h"

namespace godwit::ua {

/// Whether two Contact URIs are the same binding (RFC 3261 §19.1.4).
[[nodiscard]] bool names_same_binding(std::string_view a, std::string_view b);

/// The bindings that a 2xx to REGISTER lists; those that do not read are left out.
[[nodiscard]] std::vector<Binding> read_bindings(const sip::Message& response);

/// What a 2xx to our REGISTER says of our binding.
struct Granted {
  /// How long it lives; empty: the registrar has not kept it.
  std::optional<std::chrono::seconds> lifetime;
  bool listed = false;           ///< ours was among those that it named
  std::string pub_gruu, temp_gruu;  ///< of ours, where it was told with its instance (RFC 5627 §4.2)
  std::vector<std::string> old;  ///< former ones of ours that are still there
  std::vector<Binding> others;
};
/// What a REGISTER asked for.
struct Asked {
  std::string contact;           ///< URI
  std::vector<std::string> old;  ///< URIs of former bindings of ours
  std::chrono::seconds expires{};
  std::string instance = {};     ///< told with it; empty: none (RFC 5626 §4.1)
  std::uint32_t reg_id = 0;      ///< likewise; 0: none
};
/// Ours is what has our instance and reg-id, whatever became of its URI on the way (RFC 5626 §6), or else our
/// URI; bindings of our instance with other reg-ids are nobody else's.
/// Ours lives as long as its own `expires` says, else the Expires field, else as asked (RFC 3261 §10.2.4);
/// named twice, it lives the shorter time. Where it is not named, because somebody between rewrites
/// Contact or the registrar names none, the Expires field counts, else the briefest of what is named.
[[nodiscard]] Granted read_grant(const sip::Message& response, const Asked& asked);

}  // namespace godwit::ua
