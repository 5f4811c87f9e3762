// SPDX-License-Identifier: Apache-2.0
#include "server/location_table.h"

#include <algorithm>

#include "base/text.h"

namespace godwit::server {
namespace {

constexpr std::uint16_t kSipPort = 5060;

std::uint16_t port_of(const sip::Uri& uri) {
  return uri.port == 0 ? kSipPort : uri.port;
}

/// RFC 5626 §6: an outbound binding is another one than that of the same Contact without.
std::vector<Binding>::iterator find_binding(std::vector<Binding>& list,
                                            const BindingChange& change) {
  return std::find_if(list.begin(), list.end(), [&](const Binding& b) {
    if (b.reg_id != change.reg_id) return false;
    return b.reg_id != 0 ? b.instance == change.instance : equivalent(b.contact, change.contact);
  });
}

/// @return how many there were.
std::size_t drop_expired(std::vector<Binding>& list, TimePoint now) {
  return std::erase_if(list, [now](const Binding& b) { return b.expires_at <= now; });
}

/// RFC 3261 §10.3 step 7: within one Call-ID only a higher CSeq counts; another Call-ID always
/// does, because the agent was restarted.
bool is_stale(const Binding& binding, const BindingUpdate& update) {
  return binding.call_id == update.call_id && update.cseq <= binding.cseq;
}

bool has_reg_id(const sip::Parameters& parameters) {
  return sip::has_parameter(parameters, "reg-id");
}

bool names_transport(const sip::Uri& contact, net::Transport transport) {
  const std::string* const named = find_parameter(contact.parameters, "transport");
  const bool named_tls = named != nullptr && equal_ignoring_case(*named, "tls");
  if (contact.scheme == "sips" || named_tls) return transport == net::Transport::tls;
  return named != nullptr && transport == net::Transport::tcp && equal_ignoring_case(*named, "tcp");
}

bool names_any_transport(const sip::Uri& contact) {
  return contact.scheme == "sips" || has_parameter(contact.parameters, "transport");
}

}  // namespace

bool is_reached_by(const BindingChange& change, const net::Flow& flow) {
  if (flow.transport == net::Transport::udp) return false;
  if (names_any_transport(change.contact)) return names_transport(change.contact, flow.transport);
  return has_reg_id(change.parameters) ||
         sip::same_host(change.contact.host, sip::Host(flow.remote.address));
}

bool only_leads_back(const Binding& binding, const net::Flow& connection) {
  if (binding.reg_id != 0 || has_reg_id(binding.parameters)) return true;
  const auto* const address = std::get_if<net::IpAddress>(&binding.contact.host);
  return address != nullptr &&
         (*address != connection.remote.address || binding.contact.port == connection.remote.port);
}

LocationTable::Outcome LocationTable::update(const BindingUpdate& update, TimePoint now) {
  std::vector<Binding>& kept = users_[update.user];
  size_ -= drop_expired(kept, now);
  std::vector<Binding> list = kept;
  for (const BindingChange& change : update.changes) {
    const auto old = find_binding(list, change);
    if (old != list.end() && is_stale(*old, update)) return Outcome::out_of_order;
  }
  for (const BindingChange& change : update.changes) {
    const auto old = find_binding(list, change);
    const bool goes_on = old != list.end() && old->call_id == update.call_id && old->first_cseq != 0;
    const auto first_cseq = goes_on ? old->first_cseq : update.cseq;
    if (old != list.end()) list.erase(old);
    if (change.expires <= Duration::zero()) continue;
    list.insert(list.begin(), Binding{change.contact, change.parameters, update.call_id,
                                      update.cseq, now + change.expires, change.connection,
                                      update.path, false, change.reg_id, change.instance, first_cseq});
  }
  if (list.size() > kMaxBindingsPerUser) return Outcome::too_many;
  if (list.size() > kept.size() && !has_room_for(list.size() - kept.size(), now)) {
    return Outcome::full;
  }
  size_ = size_ - kept.size() + list.size();
  kept = std::move(list);
  if (!update.changes.empty()) changed_.insert(update.user);
  return Outcome::done;
}

LocationTable::Outcome LocationTable::remove_all(const BindingUpdate& update, TimePoint now) {
  auto& list = users_[update.user];
  size_ -= drop_expired(list, now);
  const auto stale = [&](const Binding& b) { return is_stale(b, update); };
  if (std::any_of(list.begin(), list.end(), stale)) return Outcome::out_of_order;
  size_ -= list.size();
  list.clear();
  changed_.insert(update.user);
  return Outcome::done;
}

bool LocationTable::has_room_for(std::size_t more, TimePoint now) {
  if (size_ + more <= kMaxBindings) return true;
  for (auto& [user, list] : users_) size_ -= drop_expired(list, now);
  return size_ + more <= kMaxBindings;
}

std::vector<Binding> LocationTable::bindings(const std::string& user, TimePoint now) const {
  const auto found = users_.find(user);
  if (found == users_.end()) return {};
  std::vector<Binding> live = found->second;
  (void)drop_expired(live, now);
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

/// Of several the one that lasts longest.
const Binding* LocationTable::find_reached(const sip::Uri& uri, TimePoint now) const {
  const Binding* found = nullptr;
  for (const auto& [user, list] : users_) {
    for (const Binding& b : list) {
      const bool same = b.contact.user == uri.user && port_of(b.contact) == port_of(uri) &&
                        sip::same_host(b.contact.host, uri.host);
      if (!same || !b.connection || b.expires_at <= now) continue;
      if (found == nullptr || b.expires_at >= found->expires_at) found = &b;
    }
  }
  return found;
}

net::FlowId LocationTable::connection_to(const sip::Uri& uri, TimePoint now) const {
  const Binding* const binding = find_reached(uri, now);
  return binding == nullptr ? net::FlowId{} : binding->connection->id;
}

std::optional<net::Flow> LocationTable::flow_to(const sip::Uri& uri, TimePoint now) const {
  const Binding* const binding = find_reached(uri, now);
  if (binding == nullptr || binding->reg_id == 0) return std::nullopt;
  return binding->connection;
}

bool LocationTable::is_flow_of_binding(const net::Flow& flow, TimePoint now) const {
  return std::any_of(users_.begin(), users_.end(), [&](const auto& user) {
    return std::any_of(user.second.begin(), user.second.end(), [&](const Binding& b) {
      return b.reg_id != 0 && b.expires_at > now && b.connection && b.connection->id == flow.id &&
             b.connection->remote == flow.remote;
    });
  });
}

bool LocationTable::is_registered_by(net::FlowId connection, TimePoint now) const {
  return std::any_of(users_.begin(), users_.end(), [&](const auto& user) {
    return std::any_of(user.second.begin(), user.second.end(), [&](const Binding& b) {
      return b.reg_id == 0 && b.connection && b.connection->id == connection && b.expires_at > now;
    });
  });
}

void LocationTable::on_closed(net::FlowId connection) {
  for (auto& [user, list] : users_) {
    for (Binding& binding : list) {
      if (!binding.connection || binding.connection->id != connection) continue;
      binding.lost = only_leads_back(binding, *binding.connection);
      binding.connection.reset();
    }
  }
}

bool LocationTable::restore(const std::string& user, Binding binding, TimePoint now) {
  changed_.insert(user);  // what is not taken is to go from where it was kept
  if (binding.expires_at <= now || !has_room_for(1, now)) return false;
  std::vector<Binding>& list = users_[user];
  if (list.size() == kMaxBindingsPerUser) return false;
  list.push_back(std::move(binding));
  ++size_;
  return true;
}

}  // namespace godwit::server
