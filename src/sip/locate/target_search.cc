// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/target_search.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "sip/locate/srv_order.h"
#include "sip/locate/transport_choice.h"

namespace godwit::sip {
namespace {

using net::DnsType;

bool is_for_addresses(DnsType type) {
  return type == DnsType::a || type == DnsType::aaaa;
}

bool is_local_name(std::string_view name) {
  return name == "localhost" || name.ends_with(".localhost");  // RFC 6761 §6.3
}

// R10, T26. An IPv4-mapped address has become IPv4 on the way in, and no AAAA record holds that.
bool can_be_meant(const net::IpAddress& address, const DnsQuestion& asked, bool loopback_is_fine) {
  static const auto broadcast = net::IpAddress::v4({255, 255, 255, 255});
  if (address.is_v4() != (asked.type == DnsType::a) || address == broadcast) return false;
  if (address.is_unspecified() || address.is_multicast() || address.is_link_local()) return false;
  return loopback_is_fine || !address.is_loopback();
}

bool may_lead_somewhere(const TargetSearch::Group& group) {
  return group.pending || group.v6.open || group.v4.open || !group.v6.addresses.empty() ||
         !group.v4.addresses.empty();
}

bool same_records(std::vector<net::SrvRecord> a, std::vector<net::SrvRecord> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

}  // namespace

TargetSearch::TargetSearch(NextHop hop, const LocatePolicy& policy, Random& random, TimePoint now)
    : hop_(std::move(hop)),
      policy_(policy),
      random_(random),
      literal_(net::IpAddress::parse(hop_.host)),
      transports_(transports_for(hop_, policy)) {
  if (hop_.port == 0) waits_for_hosts_file_ = now;
  build(now);
}

std::vector<DnsQuestion> TargetSearch::take_questions() {
  return std::exchange(to_ask_, {});
}

bool TargetSearch::on_answer(const DnsQuestion& question, const net::DnsAnswer& answer, Source from,
                             TimePoint now) {
  const auto record = std::find_if(records_.begin(), records_.end(),
                                   [&](const Record& r) { return r.question == question; });
  if (record == records_.end()) return false;
  const bool was_found = record->is_found();
  record->asking = from == Source::kept;
  if (!was_found || answer.status != net::DnsAnswer::Status::failed) {
    // As long as the records are the same, so is the order in which they were drawn.
    if (!was_found || !same_records(record->answer->services, answer.services)) {
      record->drawn = order_services(answer.services, random_);
    }
    record->answer = answer;
    record->answered_at = now;
    record->from = from;
  }
  if (is_for_addresses(question.type) && !answer.from_hosts_file) waits_for_hosts_file_.reset();
  build(now);
  return true;
}

void TargetSearch::on_network(TimePoint now) {
  const bool stands = has_addresses();
  for (Record& record : records_) {
    const bool failed = record.answer && record.answer->status == net::DnsAnswer::Status::failed;
    if (!stands || failed) record.answer.reset();
    record.awaited = !stands;
    record.asking = true;
    record.closed = false;
    record.asked_at = now;
    record.from = Source::dns;
    to_ask_.push_back(record.question);
  }
  build(now);
}

void TargetSearch::on_timeout(TimePoint now) {
  if (waits_for_hosts_file_ && now >= *waits_for_hosts_file_) waits_for_hosts_file_.reset();
  for (Record& record : records_) {
    const auto deadline = deadline_of(record);
    if (!deadline || now < *deadline) continue;
    if (now >= record.asked_at + kQuestionLimit) {
      record.asking = false;
      if (!record.answer) record.answer = net::DnsAnswer{};
      record.answered_at = now;
    } else {
      record.closed = true;
    }
  }
  build(now);
}

std::optional<TimePoint> TargetSearch::next_deadline() const {
  std::optional<TimePoint> next;
  if (!is_in_hosts_file() && !literal_) next = waits_for_hosts_file_;
  for (const Record& record : records_) {
    const auto deadline = deadline_of(record);
    if (deadline && (!next || *deadline < *next)) next = deadline;
  }
  return next;
}

// When the question is over, or is not waited for any longer.
std::optional<TimePoint> TargetSearch::deadline_of(const Record& record) const {
  if (!record.asking || record.closed) return std::nullopt;
  const TimePoint over = record.asked_at + kQuestionLimit;
  const auto came = something_came_at();
  if (is_for_addresses(record.question.type) || !record.is_awaited() || !came) return over;
  const auto patience =
      record.question.type == DnsType::naptr ? kPointerPatience : kServicePatience;
  return std::min(over, std::max(record.asked_at, *came) + patience);
}

std::optional<TimePoint> TargetSearch::something_came_at() const {
  std::optional<TimePoint> first;
  for (const Record& record : records_) {
    if (record.question.type == DnsType::naptr || !record.is_found()) continue;
    if (!first || record.answered_at < *first) first = record.answered_at;
  }
  return first;
}

bool TargetSearch::is_over() const {
  if (literal_ || transports_.empty()) return true;
  const bool asks = std::any_of(records_.begin(), records_.end(), [](const Record& record) {
    return record.asking && !record.closed;
  });
  return !asks && (!waits_for_hosts_file_ || is_in_hosts_file());
}

std::optional<Error> TargetSearch::refusal() const {
  if (transports_.empty()) {
    return Error{Errc::unsupported, to_string(hop_) + ": its transport is not to be had"};
  }
  if (groups_.empty() && absent_.size() == transports_.size()) {
    return Error{Errc::name_not_found, hop_.host + " says that it offers no such service"};
  }
  return std::nullopt;
}

std::vector<TargetSearch::Asked> TargetSearch::questions() const {
  std::vector<Asked> all;
  for (const Record& record : records_) {
    all.push_back({record.question, record.answer, record.from});
  }
  return all;
}

// Says anew what all answers so far come to, and asks what follows from them.
void TargetSearch::build(TimePoint now) {
  groups_.clear();
  absent_.clear();
  hosts_open_ = addresses_found_ = 0;
  if (transports_.empty()) return;
  if (literal_) return add_literal();
  if (hop_.port != 0) return add_hop_itself(now);
  ask_in_parallel(now);
  if (is_in_hosts_file()) return add_hop_itself(now);
  if (waits_for_hosts_file_) return add_pending(transports_.front(), 0);
  if (!build_by_pointers(now) && !build_by_services(now)) add_hop_itself(now);
  stay_secure();
}

// What is needed only if something better is missing is asked for together with it.
void TargetSearch::ask_in_parallel(TimePoint now) {
  for (const auto type : {DnsType::aaaa, DnsType::a}) {
    if (may_ask(type)) ask(hop_.host, type, now);
  }
  if (waits_for_hosts_file_ || is_in_hosts_file()) return;
  if (!hop_.transport) ask(hop_.host, DnsType::naptr, now);
  for (const auto transport : transports_) {
    ask(service_name(transport, hop_.host), DnsType::srv, now);
  }
}

// RFC 3263 §4.1. @return whether NAPTR records lead anywhere, or may still do so.
bool TargetSearch::build_by_pointers(TimePoint now) {
  if (hop_.transport) return false;
  const Record& record = ask(hop_.host, DnsType::naptr, now);
  if (record.is_awaited()) {
    build_by_services(now);  // for its questions: most NAPTR records lead to the same names
    groups_.clear();
    add_pending(transports_.front(), 0);
    return true;
  }
  if (!record.is_found()) return false;
  const auto pointers = choose_pointers(record.answer->pointers, transports_);
  for (std::size_t i = 0; i < pointers.size(); ++i) {
    const bool is_worse = i > 0 && pointers[i].order != pointers[i - 1].order;
    if (is_worse && !policy_.later_orders && leads_anywhere()) break;
    add_services(pointers[i], Target::Via::naptr, i, now);
  }
  if (leads_anywhere()) return true;
  groups_.clear();
  return false;
}

// RFC 3263 §4.1, §4.2: "If no NAPTR records are found, the client constructs SRV queries for those
// transport protocols it supports". @return whether one leads anywhere, or may still do so.
bool TargetSearch::build_by_services(TimePoint now) {
  for (std::size_t i = 0; i < transports_.size(); ++i) {
    const auto transport = transports_[i];
    add_services({0, transport, service_name(transport, hop_.host)}, Target::Via::srv, i, now);
  }
  return !groups_.empty();
}

void TargetSearch::add_literal() {
  Group group;
  group.transport = transports_.front();
  group.host = hop_.host;
  group.port = hop_.port != 0 ? hop_.port : default_port(group.transport);
  group.via = Target::Via::literal;
  (literal_->is_v4() ? group.v4 : group.v6).addresses = {*literal_};
  groups_.push_back(std::move(group));
}

// Without SRV records: the addresses of the name itself.
void TargetSearch::add_hop_itself(TimePoint now) {
  const auto transport = std::find_if(transports_.begin(), transports_.end(),
                                      [&](auto offered) { return !absent_.contains(offered); });
  if (transport == transports_.end()) return;
  Group group;
  group.transport = *transport;
  group.host = hop_.host;
  group.port = hop_.port != 0 ? hop_.port : default_port(*transport);
  add_group(std::move(group), now);
  if (is_in_hosts_file()) groups_.back().via = Target::Via::hosts_file;
}

void TargetSearch::add_services(const ServicePointer& pointer, Target::Via via, std::size_t place,
                                TimePoint now) {
  const int first = static_cast<int>(place * limits::kTargets);
  const Record& record = ask(pointer.name, DnsType::srv, now);
  if (record.is_awaited()) return add_pending(pointer.transport, first);
  if (!record.is_found()) return;
  // RFC 2782: a target of "." means that the service is decidedly not available at this domain.
  if (record.drawn.empty()) absent_.insert(pointer.transport);
  for (std::size_t i = 0; i < record.drawn.size(); ++i) {
    const net::SrvRecord& service = record.drawn[i];
    Group group;
    group.number = first + static_cast<int>(i);
    group.transport = pointer.transport;
    group.host = service.target;
    group.port = service.port;
    group.priority = service.priority;
    group.weight = service.weight;
    group.via = via;
    add_group(std::move(group), now);
  }
}

// Asks for the addresses of its name as long as those before it do not fill the list.
void TargetSearch::add_group(Group group, TimePoint now) {
  if (addresses_found_ >= limits::kTargets || groups_.size() >= limits::kTargets) return;
  if (!is_asked(group.host) && hosts_open_ >= limits::kHostsAtOnce) {
    return add_pending(group.transport, group.number);
  }
  group.v6 = look_up(group.host, DnsType::aaaa, now);
  group.v4 = look_up(group.host, DnsType::a, now);
  if (group.v6.open || group.v4.open) ++hosts_open_;
  addresses_found_ += group.v6.addresses.size() + group.v4.addresses.size();
  groups_.push_back(std::move(group));
}

void TargetSearch::add_pending(net::Transport transport, int number) {
  Group group;
  group.number = number;
  group.transport = transport;
  group.pending = true;
  groups_.push_back(std::move(group));
}

// R21: a domain that offers TLS first is not talked to in clear because TLS fails.
void TargetSearch::stay_secure() {
  if (policy_.may_leave_tls) return;
  const auto first = std::find_if(groups_.begin(), groups_.end(), [](const Group& group) {
    return group.transport == net::Transport::tls && may_lead_somewhere(group);
  });
  groups_.erase(
      std::remove_if(first, groups_.end(),
                     [](const Group& group) { return group.transport != net::Transport::tls; }),
      groups_.end());
}

TargetSearch::Record& TargetSearch::ask(const std::string& name, DnsType type, TimePoint now) {
  const auto asked = std::find_if(records_.begin(), records_.end(), [&](const Record& record) {
    return record.question.type == type && record.question.name == name;
  });
  if (asked != records_.end()) return *asked;
  Record& record = records_.emplace_back();
  record.question = {name, type};
  record.asked_at = now;
  to_ask_.push_back(record.question);
  return record;
}

TargetSearch::Lookup TargetSearch::look_up(const std::string& name, DnsType type, TimePoint now) {
  Lookup lookup;
  if (!may_ask(type)) return lookup;
  const Record& record = ask(name, type, now);
  lookup.open = record.asking;
  lookup.awaited = record.is_awaited();
  lookup.asked_at = record.asked_at;
  lookup.answered_at = record.answered_at;
  if (!record.is_found()) return lookup;
  const bool loopback_is_fine = record.answer->from_hosts_file || is_local_name(name);
  for (const auto& address : record.answer->addresses) {
    const bool is_new = std::find(lookup.addresses.begin(), lookup.addresses.end(), address) ==
                        lookup.addresses.end();
    if (is_new && can_be_meant(address, record.question, loopback_is_fine)) {
      lookup.addresses.push_back(address);
    }
    if (lookup.addresses.size() == limits::kTargets) break;
  }
  return lookup;
}

const TargetSearch::Record* TargetSearch::find(const std::string& name, DnsType type) const {
  const auto found = std::find_if(records_.begin(), records_.end(), [&](const Record& record) {
    return record.question.type == type && record.question.name == name;
  });
  return found == records_.end() ? nullptr : &*found;
}

bool TargetSearch::is_asked(const std::string& name) const {
  return find(name, DnsType::aaaa) != nullptr || find(name, DnsType::a) != nullptr;
}

// R6, F47: a family that is not used is not asked for.
bool TargetSearch::may_ask(DnsType type) const {
  if (type == DnsType::aaaa) return policy_.families != FamilyUse::only_v4;
  return type != DnsType::a || policy_.families != FamilyUse::only_v6;
}

bool TargetSearch::is_in_hosts_file() const {
  return std::any_of(records_.begin(), records_.end(), [&](const Record& record) {
    return record.question.name == hop_.host && record.answer && record.answer->from_hosts_file;
  });
}

bool TargetSearch::leads_anywhere() const {
  return std::any_of(groups_.begin(), groups_.end(), may_lead_somewhere);
}

bool TargetSearch::has_addresses() const {
  return std::any_of(records_.begin(), records_.end(), [](const Record& record) {
    return is_for_addresses(record.question.type) && record.is_found();
  });
}

}  // namespace godwit::sip
