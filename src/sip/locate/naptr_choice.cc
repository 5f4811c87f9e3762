// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/naptr_choice.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>

#include "base/limits.h"
#include "base/text.h"

namespace godwit::sip {
namespace {

// RFC 3263 §4.1: SIPS over UDP does not exist, SCTP is not spoken here.
std::optional<net::Transport> transport_of(std::string_view service) {
  if (equal_ignoring_case(service, "SIP+D2U")) return net::Transport::udp;
  if (equal_ignoring_case(service, "SIP+D2T")) return net::Transport::tcp;
  if (equal_ignoring_case(service, "SIPS+D2T")) return net::Transport::tls;
  return std::nullopt;
}

// "The NAPTR records have the 's' flag and an empty regular expression" (RFC 3263 §4.1).
bool leads_to_services(const net::NaptrRecord& record) {
  return equal_ignoring_case(record.flags, "s") && record.regexp.empty() &&
         !record.replacement.empty();
}

}  // namespace

std::vector<ServicePointer> choose_pointers(std::vector<net::NaptrRecord> records,
                                            const std::vector<net::Transport>& transports) {
  std::stable_sort(records.begin(), records.end(), [](const auto& a, const auto& b) {
    return std::tie(a.order, a.preference) < std::tie(b.order, b.preference);
  });
  std::vector<ServicePointer> pointers;
  for (const net::NaptrRecord& record : records) {
    const auto transport = transport_of(record.services);
    if (!transport || !leads_to_services(record)) continue;
    if (std::find(transports.begin(), transports.end(), *transport) == transports.end()) continue;
    if (pointers.size() == limits::kPointers) break;
    pointers.push_back({record.order, *transport, record.replacement});
  }
  return pointers;
}

}  // namespace godwit::sip
