// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/nat64.h"

#include <algorithm>
#include <utility>

#include "sip/locate/attachment.h"

namespace godwit::sip {
namespace {

using net::DnsAnswer;

// A 464XLAT carries packets, but nothing of its may be told to anybody (R37): a link that has no
// other address of IPv4 leads nowhere for us.
bool has_only_clat(const net::NetworkSnapshot& snapshot, std::uint32_t index) {
  bool found = false;
  for (const auto& interface : snapshot.interfaces) {
    if (interface.index != index) continue;
    for (const auto& held : interface.addresses) {
      if (!held.address.is_v4()) continue;
      if (!held.address.is_clat()) return false;
      found = true;
    }
  }
  return found;
}

bool leads_out(const net::NetworkSnapshot& snapshot, net::Family family) {
  return std::any_of(snapshot.default_routes.begin(), snapshot.default_routes.end(),
                     [&](const net::DefaultRoute& route) {
                       return route.family == family && !(family == net::Family::v4 &&
                                                          has_only_clat(snapshot, route.interface));
                     });
}

// When to ask again, counted from the answer.
std::chrono::seconds rest_after(const DnsAnswer& answer) {
  if (answer.from_hosts_file) return Nat64::kLongestTtl;
  if (answer.status == DnsAnswer::Status::failed || answer.ttl <= answer.ttl.zero()) {
    return Nat64::kRetry;
  }
  const auto ttl = std::min<std::chrono::seconds>(answer.ttl, Nat64::kLongestTtl);
  if (answer.status != DnsAnswer::Status::found) return ttl;
  if (ttl >= 2 * Nat64::kRefreshAhead) return ttl - Nat64::kRefreshAhead;
  return std::max(ttl / 2, std::chrono::seconds{1});
}

}  // namespace

void Nat64::on_network(const net::NetworkSnapshot& snapshot, TimePoint) {
  auto attachment = attachment_of(snapshot);
  if (attachment == attachment_) return;
  attachment_ = std::move(attachment);
  wanted_ = leads_out(snapshot, net::Family::v6) && !leads_out(snapshot, net::Family::v4);
  prefixes_.clear();
  ask_at_.reset();
  doubted_from_.reset();
  settled_ = false;
  if (wanted_ && needed_) ask();
}

std::optional<std::vector<net::IpAddress>> Nat64::synthesise(const net::IpAddress& v4,
                                                             TimePoint now) {
  std::vector<net::IpAddress> addresses;
  if (!wanted_) return addresses;
  const bool doubtful = doubted_from_ && now >= *doubted_from_;
  if (!needed_ || doubtful) ask();
  if (doubtful) doubted_from_.reset();
  needed_ = true;
  if (!settled_) return std::nullopt;
  for (const auto& prefix : prefixes_) {
    if (const auto address = sip::synthesise(prefix, v4)) addresses.push_back(*address);
  }
  return addresses;
}

void Nat64::on_dns_answered(const DnsAnswered& answered, TimePoint now) {
  if (!wanted_ || answered.name != kName || answered.type != net::DnsType::aaaa) return;
  settled_ = true;
  ask_at_.reset();
  doubted_from_.reset();
  const bool failed = answered.answer.status == DnsAnswer::Status::failed;
  if (!failed) prefixes_ = find_nat64_prefixes(answered.answer.addresses);  // else what was known stays
  // What is there is kept fresh; what is not is asked for again when somebody needs it.
  const bool absent = prefixes_.empty() && !failed;
  (absent ? doubted_from_ : ask_at_) = now + rest_after(answered.answer);
}

void Nat64::on_timeout(TimePoint now) {
  if (!ask_at_ || now < *ask_at_) return;
  ask_at_.reset();
  ask();
}

std::vector<IoAction> Nat64::take_actions() {
  return std::exchange(actions_, {});
}

void Nat64::ask() {
  actions_.emplace_back(QueryDns{std::string(kName), net::DnsType::aaaa});
}

}  // namespace godwit::sip
