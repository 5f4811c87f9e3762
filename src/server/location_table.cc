// SPDX-License-Identifier: Apache-2.0
#include "server/location_table.h"

#include <algorithm>

namespace godwit::server {
namespace {

constexpr std::uint16_t kSipPort = 5060;

std::uint16_t port_of(const sip::Uri& uri) {
  return uri.port == 0 ? kSipPort : uri.port;
}

std::vector<Binding>::iterator find_binding(std::vector<Binding>& list, const sip::Uri& contact) {
  return std::find_if(list.begin(), list.end(),
                      [&](const Binding& b) { return equivalent(b.contact, contact); });
}

void drop_expired(std::vector<Binding>& list, TimePoint now) {
  std::erase_if(list, [now](const Binding& b) { return b.expires_at <= now; });
}

/// RFC 3261 §10.3 step 7: within one Call-ID only a higher CSeq counts; another Call-ID always
/// does, because the agent was restarted.
bool is_stale(const Binding& binding, const BindingUpdate& update) {
  return binding.call_id == update.call_id && update.cseq <= binding.cseq;
}

}  // namespace

LocationTable::Outcome LocationTable::update(const BindingUpdate& update, TimePoint now) {
  std::vector<Binding> list = users_[update.user];
  drop_expired(list, now);
  for (const BindingChange& change : update.changes) {
    const auto old = find_binding(list, change.contact);
    if (old != list.end() && is_stale(*old, update)) return Outcome::out_of_order;
  }
  for (const BindingChange& change : update.changes) {
    const auto old = find_binding(list, change.contact);
    if (old != list.end()) list.erase(old);
    if (change.expires <= Duration::zero()) continue;
    list.insert(list.begin(), Binding{change.contact, change.parameters, update.call_id,
                                      update.cseq, now + change.expires});
  }
  if (list.size() > kMaxBindingsPerUser) return Outcome::too_many;
  users_[update.user] = std::move(list);
  return Outcome::done;
}

LocationTable::Outcome LocationTable::remove_all(const BindingUpdate& update, TimePoint now) {
  auto& list = users_[update.user];
  drop_expired(list, now);
  const auto stale = [&](const Binding& b) { return is_stale(b, update); };
  if (std::any_of(list.begin(), list.end(), stale)) return Outcome::out_of_order;
  list.clear();
  return Outcome::done;
}

std::vector<Binding> LocationTable::bindings(const std::string& user, TimePoint now) const {
  const auto found = users_.find(user);
  if (found == users_.end()) return {};
  std::vector<Binding> live = found->second;
  drop_expired(live, now);
  return live;
}

bool LocationTable::leads_to_binding(const sip::Uri& uri, TimePoint now) const {
  for (const auto& [user, list] : users_) {
    for (const Binding& b : list) {
      if (b.expires_at > now && sip::same_host(b.contact.host, uri.host) &&
          port_of(b.contact) == port_of(uri)) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace godwit::server
