// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "godwit/time.h"
#include "net/dns_record.h"
#include "support/snapshot_builder.h"

namespace godwit::test {

/// The DNS of a test: what a resolver would say to each question, how late, or never. Names are
/// written as they are asked: lower case, without the dot at the end.
///
/// It only answers; who carries the answer at the right time is the test.
class FakeZone {
 public:
  static constexpr std::uint32_t kTtl = 300;         // seconds
  static constexpr std::uint32_t kNegativeTtl = 60;  // of the zone's SOA

  void add_a(const std::string& name, const std::string& address, std::uint32_t ttl = kTtl) {
    auto& answer = records(name, net::DnsType::a, ttl);
    answer.addresses.push_back(ip(address));
  }
  void add_aaaa(const std::string& name, const std::string& address, std::uint32_t ttl = kTtl) {
    auto& answer = records(name, net::DnsType::aaaa, ttl);
    answer.addresses.push_back(ip(address));
  }
  /// Of either family, by what the text is.
  void add_address(const std::string& name, const std::string& address, std::uint32_t ttl = kTtl) {
    return ip(address).is_v4() ? add_a(name, address, ttl) : add_aaaa(name, address, ttl);
  }
  void add_srv(const std::string& name, std::uint16_t priority, std::uint16_t weight,
               std::uint16_t port, const std::string& target, std::uint32_t ttl = kTtl) {
    auto& answer = records(name, net::DnsType::srv, ttl);
    answer.services.push_back({priority, weight, port, target});
  }
  void add_naptr(const std::string& name, net::NaptrRecord record, std::uint32_t ttl = kTtl) {
    auto& answer = records(name, net::DnsType::naptr, ttl);
    answer.pointers.push_back(std::move(record));
  }
  /// The usual form: the "s" flag, without a regular expression.
  void add_naptr(const std::string& name, std::uint16_t order, std::uint16_t preference,
                 const std::string& service, const std::string& replacement,
                 std::uint32_t ttl = kTtl) {
    add_naptr(name, {order, preference, "s", service, "", replacement}, ttl);
  }
  /// A CNAME: whatever is asked of `name` is answered with what `target` has.
  void add_alias(const std::string& name, const std::string& target) { aliases_[name] = target; }
  /// A line of the hosts file, which outranks all else.
  void add_to_hosts_file(const std::string& name, const std::string& address) {
    hosts_[name].push_back(ip(address));
  }

  /// The records of this type are gone, the name stays.
  void clear(const std::string& name, net::DnsType type) { records_[name][type] = {}; }
  void delay(const std::string& name, net::DnsType type, Duration by) {
    delays_[{name, type}] = by;
  }
  /// Never answered.
  void drop(const std::string& name, net::DnsType type) { dropped_.insert({name, type}); }
  /// Answered with SERVFAIL or the like.
  void fail(const std::string& name, net::DnsType type) { failing_.insert({name, type}); }
  /// As it was added, after `drop` or `fail`.
  void mend(const std::string& name, net::DnsType type) {
    dropped_.erase({name, type});
    failing_.erase({name, type});
  }

  /// Empty: dropped.
  [[nodiscard]] std::optional<net::DnsAnswer> answer(const std::string& name,
                                                     net::DnsType type) const {
    if (const auto hosts = from_hosts_file(name, type)) return hosts;
    if (dropped_.contains({name, type})) return std::nullopt;
    if (failing_.contains({name, type})) return net::DnsAnswer{};
    const auto alias = aliases_.find(name);
    const auto found = records_.find(alias == aliases_.end() ? name : alias->second);
    if (found == records_.end()) return negative(net::DnsAnswer::Status::no_such_name);
    const auto of_type = found->second.find(type);
    const bool has_some =
        of_type != found->second.end() && of_type->second.status == net::DnsAnswer::Status::found;
    return has_some ? of_type->second : negative(net::DnsAnswer::Status::no_data);
  }
  /// Of what stands in the hosts file: none.
  [[nodiscard]] Duration delay_of(const std::string& name, net::DnsType type) const {
    const auto found = delays_.find({name, type});
    return found == delays_.end() || hosts_.contains(name) ? Duration{} : found->second;
  }

 private:
  using Key = std::pair<std::string, net::DnsType>;

  net::DnsAnswer& records(const std::string& name, net::DnsType type, std::uint32_t ttl) {
    auto& answer = records_[name][type];
    answer.ttl = answer.status == net::DnsAnswer::Status::found
                     ? std::min(answer.ttl, std::chrono::seconds{ttl})
                     : std::chrono::seconds{ttl};
    answer.status = net::DnsAnswer::Status::found;
    return answer;
  }
  [[nodiscard]] static net::DnsAnswer negative(net::DnsAnswer::Status status) {
    net::DnsAnswer answer;
    answer.status = status;
    answer.ttl = std::chrono::seconds{kNegativeTtl};
    return answer;
  }
  [[nodiscard]] std::optional<net::DnsAnswer> from_hosts_file(const std::string& name,
                                                              net::DnsType type) const {
    const auto found = hosts_.find(name);
    const bool asks_address = type == net::DnsType::a || type == net::DnsType::aaaa;
    if (found == hosts_.end() || !asks_address) return std::nullopt;
    net::DnsAnswer answer = negative(net::DnsAnswer::Status::no_data);
    answer.ttl = {};
    answer.from_hosts_file = true;
    for (const auto& address : found->second) {
      if (address.is_v4() == (type == net::DnsType::a)) answer.addresses.push_back(address);
    }
    if (!answer.addresses.empty()) answer.status = net::DnsAnswer::Status::found;
    return answer;
  }

  std::map<std::string, std::map<net::DnsType, net::DnsAnswer>> records_;
  std::map<std::string, std::string> aliases_;
  std::map<std::string, std::vector<net::IpAddress>> hosts_;
  std::map<Key, Duration> delays_;
  std::set<Key> dropped_;
  std::set<Key> failing_;
};

}  // namespace godwit::test
