// SPDX-License-Identifier: Apache-2.0
#include "sip/locate/locator.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/limits.h"
#include "sip/locate/dns_cache.h"
#include "sip/locate/nat64.h"
#include "sip/locate/route_table.h"
#include "sip/locate/target_ranking.h"
#include "sip/locate/target_search.h"

namespace godwit::sip {
namespace {

/// A next hop, its search, and what that came to.
struct Search {
  Search(const NextHop& hop, const LocatePolicy& policy, Random& random, TimePoint now)
      : machine(hop, policy, random, now) {}

  TargetSearch machine;
  RouteTable routes;
  Locator::Located located;
  std::optional<TimePoint> look_again;

  [[nodiscard]] std::optional<TimePoint> next_deadline() const {
    const auto next = machine.next_deadline();
    if (!next || !look_again) return next ? next : look_again;
    return std::min(*next, *look_again);
  }
  [[nodiscard]] bool is_due(TimePoint now) const {
    const auto next = next_deadline();
    return next && now >= *next;
  }
};

// An address that more than this link knows.
bool has_v6_address(const net::NetworkSnapshot& snapshot) {
  return std::any_of(
      snapshot.interfaces.begin(), snapshot.interfaces.end(), [](const net::Interface& link) {
        return link.up && std::any_of(link.addresses.begin(), link.addresses.end(),
                                      [](const net::InterfaceAddress& held) {
                                        return !held.address.is_v4() && !held.tentative &&
                                               !held.address.is_link_local() &&
                                               !held.address.is_loopback();
                                      });
      });
}

}  // namespace

struct Locator::State {
  State(LocatePolicy chosen, Random& dice) : policy(chosen), random(dice) {}

  void update(Search& search, TimePoint now);
  void update_all(TimePoint now);
  void ask(TargetSearch& machine, TimePoint now);
  void query(const DnsQuestion& question, TimePoint now);
  void keep_answers(const TargetSearch& machine);
  void take_from_nat64();
  [[nodiscard]] static std::optional<Error> error_of(const TargetSearch& machine,
                                                     const Ranking& ranking);

  LocatePolicy policy;
  Random& random;
  DnsCache cache;
  Nat64 nat64;
  bool has_v6 = true;  // as long as no network is known
  std::map<NextHop, Search> searches;
  std::map<DnsQuestion, TimePoint> under_way;  // since when; one answer serves all who ask
  std::vector<IoAction> actions;
};

// What the search has asked for, from the cache or from DNS; an answer may lead to more questions.
void Locator::State::ask(TargetSearch& machine, TimePoint now) {
  for (auto asked = machine.take_questions(); !asked.empty(); asked = machine.take_questions()) {
    for (const DnsQuestion& question : asked) {
      const auto hit = cache.find(question, now);
      if (!hit || !hit->fresh) query(question, now);
      if (!hit) continue;
      const auto from = hit->fresh ? TargetSearch::Source::cache : TargetSearch::Source::kept;
      machine.on_answer(question, hit->answer, from, now);
    }
  }
}

void Locator::State::query(const DnsQuestion& question, TimePoint now) {
  if (under_way.size() >= limits::kDnsAnswers) {
    std::erase_if(under_way, [&](const auto& asked) {
      return now - asked.second >= TargetSearch::kQuestionLimit;
    });
  }
  const auto [since, is_new] = under_way.try_emplace(question, now);
  if (!is_new && now - since->second < TargetSearch::kQuestionLimit) return;
  since->second = now;
  actions.emplace_back(QueryDns{question.name, question.type});
}

void Locator::State::keep_answers(const TargetSearch& machine) {
  for (const auto& asked : machine.questions()) {
    if (!asked.answer || asked.answer->status == net::DnsAnswer::Status::failed) continue;
    cache.keep(asked.question, *asked.answer);
  }
}

void Locator::State::update(Search& search, TimePoint now) {
  ask(search.machine, now);
  Ranking ranking = rank_targets(search.machine.hop(), search.machine.groups(),
                                 {search.routes, nat64, policy.families, has_v6}, now);
  for (auto& action : search.routes.take_actions()) actions.push_back(std::move(action));
  take_from_nat64();

  Located& located = search.located;
  search.look_again = ranking.look_again;
  located.complete = search.machine.is_over() && !ranking.open;
  located.error = located.complete && ranking.targets.empty() ? error_of(search.machine, ranking)
                                                              : std::nullopt;
  const bool was_usable = located.usable;  // nobody who has begun is told to wait again
  located.usable = !ranking.targets.empty() && (was_usable || ranking.usable || located.complete);
  located.targets = std::move(ranking.targets);
}

void Locator::State::update_all(TimePoint now) {
  for (auto& [hop, search] : searches) update(search, now);
}

void Locator::State::take_from_nat64() {
  for (auto& action : nat64.take_actions()) actions.push_back(std::move(action));
}

std::optional<Error> Locator::State::error_of(const TargetSearch& machine, const Ranking& ranking) {
  if (auto refusal = machine.refusal()) return refusal;
  const std::string& host = machine.hop().host;
  if (ranking.unreachable) return Error{Errc::no_network, "no network leads to " + host};
  const auto asked = machine.questions();
  const bool all_failed = std::all_of(asked.begin(), asked.end(), [](const auto& question) {
    return question.answer && question.answer->status == net::DnsAnswer::Status::failed;
  });
  return Error{Errc::name_not_found, all_failed ? "no DNS server answered for " + host
                                                : "no address is known for " + host};
}

Locator::Locator(LocatePolicy policy, Random& random)
    : state_(std::make_unique<State>(policy, random)) {}

Locator::~Locator() = default;

const Locator::Located& Locator::locate(const NextHop& hop, TimePoint now) {
  const auto known = state_->searches.find(hop);
  if (known != state_->searches.end()) return known->second.located;
  Search& search =
      state_->searches.try_emplace(hop, hop, state_->policy, state_->random, now).first->second;
  state_->update(search, now);
  return search.located;
}

const Locator::Located* Locator::found(const NextHop& hop) const {
  const auto known = state_->searches.find(hop);
  return known == state_->searches.end() ? nullptr : &known->second.located;
}

void Locator::forget(const NextHop& hop) {
  state_->searches.erase(hop);
}

std::vector<net::IpAddress> Locator::addresses(const NextHop& hop) const {
  const auto known = state_->searches.find(hop);
  if (known == state_->searches.end()) return {};
  std::vector<net::IpAddress> all;
  for (const auto& group : known->second.machine.groups()) {
    for (const auto* family : {&group.v6, &group.v4}) {
      for (const auto& address : family->addresses) {
        if (std::find(all.begin(), all.end(), address) == all.end()) all.push_back(address);
      }
    }
  }
  return all;
}

std::vector<Locator::Question> Locator::questions(const NextHop& hop) const {
  const auto known = state_->searches.find(hop);
  if (known == state_->searches.end()) return {};
  std::vector<Question> all;
  for (auto& asked : known->second.machine.questions()) {
    all.push_back({std::move(asked.question.name), asked.question.type, std::move(asked.answer),
                   asked.from != TargetSearch::Source::dns});
  }
  return all;
}

void Locator::on_dns_answered(const DnsAnswered& answered, TimePoint now) {
  const DnsQuestion question{answered.name, answered.type};
  state_->under_way.erase(question);
  // The hosts file is read each time, for it may have been edited.
  if (!answered.answer.from_hosts_file) state_->cache.put(question, answered.answer, now);
  for (auto& [hop, search] : state_->searches) {
    const bool asked =
        search.machine.on_answer(question, answered.answer, TargetSearch::Source::dns, now);
    if (asked) state_->update(search, now);
  }
  if (answered.name != Nat64::kName) return;
  state_->nat64.on_dns_answered(answered, now);
  state_->update_all(now);
}

void Locator::on_route_found(const RouteFound& found, TimePoint now) {
  for (auto& [hop, search] : state_->searches) {
    if (search.routes.on_route_found(found)) state_->update(search, now);
  }
}

void Locator::on_network(const net::NetworkSnapshot& snapshot, TimePoint now) {
  state_->has_v6 = has_v6_address(snapshot);
  state_->nat64.on_network(snapshot, now);
  state_->take_from_nat64();
  state_->cache.clear();
  state_->under_way.clear();  // the servers that were asked belong to the other network
  for (auto& [hop, search] : state_->searches) {
    search.routes.on_network(snapshot);
    search.located.usable = false;
    if (!search.located.targets.empty()) state_->keep_answers(search.machine);
    search.machine.on_network(now);
  }
  state_->update_all(now);
}

void Locator::on_timeout(TimePoint now) {
  state_->nat64.on_timeout(now);
  state_->take_from_nat64();
  for (auto& [hop, search] : state_->searches) {
    if (!search.is_due(now)) continue;
    search.machine.on_timeout(now);
    state_->update(search, now);
  }
}

std::optional<TimePoint> Locator::next_deadline() const {
  std::optional<TimePoint> next = state_->nat64.next_deadline();
  for (const auto& [hop, search] : state_->searches) {
    const auto deadline = search.next_deadline();
    if (deadline && (!next || *deadline < *next)) next = deadline;
  }
  return next;
}

std::vector<IoAction> Locator::take_actions() {
  return std::exchange(state_->actions, {});
}

std::optional<net::IpAddress> Locator::reach(const net::IpAddress& address, TimePoint now) {
  if (!address.is_v4() || !state_->nat64.wanted()) return address;
  const auto forms = state_->nat64.synthesise(address, now);
  state_->take_from_nat64();
  if (!forms) return std::nullopt;
  return forms->empty() ? address : forms->front();
}

bool Locator::has_nat64() const {
  return state_->nat64.wanted() && !state_->nat64.prefixes().empty();
}

bool Locator::is_nat64_form(const net::IpAddress& address) const {
  return std::ranges::any_of(state_->nat64.prefixes(), [&](const Nat64Prefix& prefix) {
    return extract_v4(prefix, address).has_value();
  });
}

std::vector<net::IpAddress> Locator::nat64_forms(const net::IpAddress& v4) const {
  std::vector<net::IpAddress> forms;
  if (!v4.is_v4() || !state_->nat64.wanted()) return forms;
  for (const auto& prefix : state_->nat64.prefixes()) {
    if (const auto form = synthesise(prefix, v4)) forms.push_back(*form);
  }
  return forms;
}

}  // namespace godwit::sip
