// SPDX-License-Identifier: Apache-2.0
#include "ua/media_names.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/text.h"

namespace godwit::ua {
namespace {

constexpr std::size_t kLongestName = 253;  // RFC 1035 §3.1, as text

bool is_host_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName &&
         std::all_of(name.begin(), name.end(),
                     [](char c) {
                       const char low = to_lower(c);
                       return is_digit(c) || (low >= 'a' && low <= 'z') || c == '-' || c == '.' ||
                              c == '_';
                     });
}

// Nothing far away has an address like these, whatever a stranger's zone says.
bool is_of_no_use(const net::IpAddress& address) {
  return address.is_unspecified() || address.is_loopback() || address.is_multicast() ||
         address.is_link_local();
}

std::string lower(std::string_view name) {
  std::string text(name);
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return to_lower(c); });
  return text;
}

}  // namespace

MediaNames::Answer MediaNames::address_of(std::string_view name, net::Family family,
                                          TimePoint now) {
  const auto unknown = [&] {
    return Error{Errc::name_not_found, "no address of media is known for " + std::string(name)};
  };
  if (!is_host_name(name)) return unknown();
  const auto type = family == net::Family::v4 ? net::DnsType::a : net::DnsType::aaaa;
  sip::DnsQuestion question{lower(name), type};
  const auto found = known_.find(question);
  const bool is_known = found != known_.end() && (!found->second.until || now < *found->second.until);
  if (!is_known) {
    if (known_.size() >= limits::kMediaNames) {
      std::erase_if(known_, [](const auto& entry) { return entry.second.until.has_value(); });
    }
    if (known_.size() >= limits::kMediaNames) return unknown();
    actions_.emplace_back(sip::QueryDns{question.name, type});
    known_.insert_or_assign(std::move(question), Entry{});
    return Pending{};
  }
  if (!found->second.until) return Pending{};
  if (!found->second.address) return unknown();
  return *found->second.address;
}

void MediaNames::on_dns_answered(const sip::DnsAnswered& answered, TimePoint now) {
  const auto asked = known_.find({answered.name, answered.type});
  if (asked == known_.end() || asked->second.until) return;
  asked->second.until = now + std::max<std::chrono::seconds>(answered.answer.ttl, kShortest);
  for (const auto& address : answered.answer.addresses) {
    const bool fits = address.is_v4() == (answered.type == net::DnsType::a);
    if (!fits || is_of_no_use(address)) continue;
    asked->second.address = address;
    return;
  }
}

std::vector<sip::IoAction> MediaNames::take_actions() {
  return std::exchange(actions_, {});
}

}  // namespace godwit::ua
