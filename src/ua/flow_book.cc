// SPDX-License-Identifier: Apache-2.0
#include "ua/flow_book.h"

#include <algorithm>
#include <utility>

namespace godwit::ua {

FlowBook::FlowBook(Outbox& out, const UserAgentOptions& options)
    : out_(out), options_(options), port_(options.sip_port) {}

net::FlowId FlowBook::add(Entry entry) {
  const net::FlowId id{++last_id_};
  entries_.emplace(id, std::move(entry));
  return id;
}

net::FlowId FlowBook::udp_from(const net::IpAddress& source, const net::SocketIntent& intent) {
  for (const auto& [id, entry] : entries_) {
    if (entry.kind != Kind::udp || entry.source != source) continue;
    auto good_enough = intent;
    if (intent.interface.empty()) good_enough.interface = entry.intent.interface;
    if (entry.intent == good_enough) return id;
  }
  const auto id = add({Kind::udp, net::Transport::udp, source, {}, intent, {}, {}});
  // Who asked for a port is told that it is taken; who had it goes on from another rather than not.
  out_.io(sip::OpenUdpFlow{id, {source, port_}, had_socket_, intent});
  return id;
}

net::FlowId FlowBook::stream_to(const StreamWish& wish, const net::SocketIntent& intent,
                                std::shared_ptr<const TlsOptions> tls) {
  for (const auto& [id, entry] : entries_) {
    const bool held = intent.interface.empty() || entry.intent.interface == intent.interface;
    const bool fits = entry.kind == Kind::stream && entry.wish == wish && !entry.outdated && held;
    if (fits && !entry.error) return id;
  }
  const auto id = add({Kind::stream, wish.transport, wish.source, wish, intent, {}, {}});
  out_.io(sip::OpenStream{id, wish.transport, {wish.source, 0}, wish.remote, wish.server_name,
                          std::move(tls), intent});
  return id;
}

std::optional<net::FlowId> FlowBook::open_stream(const StreamWish& wish) const {
  for (const auto& [id, entry] : entries_) {
    const bool open = entry.kind == Kind::stream && entry.local && !entry.outdated;
    if (open && entry.wish == wish) return id;
  }
  return std::nullopt;
}

std::optional<net::FlowId> FlowBook::stream_with(net::Transport transport,
                                                 const net::SocketAddress& remote,
                                                 AccountId account) const {
  for (const auto& [id, entry] : entries_) {
    const bool stream = entry.kind == Kind::stream || entry.kind == Kind::accepted;
    if (!stream || !entry.local || entry.outdated || entry.transport != transport) continue;
    const bool may_share = entry.kind == Kind::accepted || entry.wish.account == account;
    if (entry.wish.remote == remote && may_share) return id;
  }
  return std::nullopt;
}

void FlowBook::open_listeners(const net::NetworkSnapshot& network) {
  for (const auto& wanted : options_.transport.listeners) {
    const auto local = net::SocketAddress::parse(wanted.address);
    if (!local) continue;  // `check_transport` tells of it
    const bool tls = wanted.transport == ListenOptions::Transport::tls;
    const auto transport = tls ? net::Transport::tls : net::Transport::tcp;
    const bool there = local->address.is_unspecified() || network.has_address(local->address);
    if (!there || listens(transport, *local)) continue;
    const net::SocketIntent intent{options_.transport.bind.interface, options_.transport.bind.dscp};
    StreamWish wish;
    wish.remote = *local;
    const auto id = add({Kind::listener, transport, local->address, wish, intent, {}, {}});
    auto options = tls ? std::make_shared<const TlsOptions>(options_.transport.tls_options) : nullptr;
    out_.io(sip::OpenListener{id, transport, *local, std::move(options), intent});
  }
}

bool FlowBook::listens(net::Transport transport, const net::SocketAddress& local) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
    const Entry& e = entry.second;
    return e.kind == Kind::listener && e.transport == transport && e.wish.remote == local;
  });
}

std::optional<net::Flow> FlowBook::flow(net::FlowId id, const net::SocketAddress& remote) const {
  const auto it = entries_.find(id);
  if (it == entries_.end() || !it->second.local || it->second.kind == Kind::listener) {
    return std::nullopt;
  }
  const Entry& entry = it->second;
  net::Flow flow{id, entry.transport, *entry.local, remote, {}};
  if (entry.kind != Kind::udp) flow.remote = entry.wish.remote;
  flow.advertised = advertised(entry);
  const auto seen = entry.seen.find(flow.remote);
  if (!flow.advertised && seen != entry.seen.end()) flow.advertised = seen->second;
  return flow;
}

std::optional<net::Flow> FlowBook::stream(net::FlowId id) const { return flow(id, {}); }

// What others may use to reach us: behind a fixed NAT its address, of a stream a listener's port.
std::optional<net::SocketAddress> FlowBook::advertised(const Entry& entry) const {
  auto named = *entry.local;
  const auto& bind = options_.transport.bind;
  const auto& text = named.address.is_v4() ? bind.public_address_v4 : bind.public_address_v6;
  if (const auto address = net::IpAddress::parse(text)) named.address = *address;
  for (const auto& [id, other] : entries_) {
    const bool serves = other.kind == Kind::listener && other.transport == entry.transport &&
                        other.local && other.local->family() == entry.local->family() &&
                        (other.source.is_unspecified() || other.source == entry.local->address);
    if (serves) named.port = other.local->port;
  }
  if (named == *entry.local) return std::nullopt;
  return named;
}

std::optional<net::SocketAddress> FlowBook::local_of(net::FlowId id) const {
  const auto it = entries_.find(id);
  return it == entries_.end() ? std::nullopt : it->second.local;
}

bool FlowBook::is_held_to(net::FlowId id, const std::string& interface) const {
  const auto it = entries_.find(id);
  return it != entries_.end() && it->second.intent.interface == interface;
}

void FlowBook::note_seen(net::FlowId id, const net::SocketAddress& remote,
                         const std::optional<net::SocketAddress>& seen) {
  const auto it = entries_.find(id);
  if (it == entries_.end() || it->second.kind != Kind::udp) return;
  Entry& entry = it->second;
  entry.seen.erase(remote);
  if (seen) entry.seen.emplace(remote, *seen);
}

std::optional<net::SocketAddress> FlowBook::seen_of(net::FlowId id,
                                                    const net::SocketAddress& remote) const {
  const auto it = entries_.find(id);
  if (it == entries_.end()) return std::nullopt;
  const auto seen = it->second.seen.find(remote);
  return seen == it->second.seen.end() ? std::nullopt : std::optional(seen->second);
}

void FlowBook::outdate(AccountId account) {
  for (auto& [id, entry] : entries_) {
    if (entry.kind == Kind::stream && entry.wish.account == account) entry.outdated = true;
  }
}

const Error* FlowBook::error_of(net::FlowId id) const {
  const auto it = entries_.find(id);
  return it == entries_.end() || !it->second.error ? nullptr : &*it->second.error;
}

void FlowBook::forget_failures() {
  std::erase_if(entries_, [](const auto& entry) {
    return entry.second.error.has_value() && entry.second.kind == Kind::udp;
  });
}

void FlowBook::on_opened(const sip::FlowOpened& opened) {
  const auto it = entries_.find(opened.flow);
  if (it == entries_.end()) return;
  it->second.local = opened.local;
  if (it->second.kind != Kind::udp) return;
  had_socket_ = true;
  if (port_ == 0) port_ = opened.local.port;
}

void FlowBook::on_accepted(const sip::StreamAccepted& accepted) {
  StreamWish wish;
  wish.transport = accepted.transport;
  wish.remote = accepted.remote;
  entries_.insert_or_assign(
      accepted.flow, Entry{Kind::accepted, accepted.transport, accepted.local.address, wish, {},
                           accepted.local, {}});
}

void FlowBook::on_failed(net::FlowId id, const Error& error) {
  const auto it = entries_.find(id);
  if (it == entries_.end()) return;
  // A stream that is gone leaves nothing to ask about; a port that is taken is to be told.
  if (it->second.kind == Kind::stream || it->second.kind == Kind::accepted) {
    entries_.erase(it);
    return;
  }
  // A socket whose address went away before we heard of it is still open.
  if (it->second.local) out_.io(sip::CloseFlow{id});
  it->second.error = error;
  it->second.local.reset();
}

std::vector<net::FlowId> FlowBook::on_network(const net::NetworkSnapshot& snapshot) {
  std::vector<net::FlowId> gone;
  for (const auto& [id, entry] : entries_) {
    if (entry.kind == Kind::listener && entry.source.is_unspecified()) continue;
    if (!snapshot.has_address(entry.source)) gone.push_back(id);
  }
  for (const auto id : gone) close(id);
  return gone;
}

void FlowBook::close(net::FlowId id) {
  if (entries_.erase(id) == 0) return;
  out_.io(sip::CloseFlow{id});
  closed_.push_back(id);
}

std::vector<net::FlowId> FlowBook::take_closed() { return std::exchange(closed_, {}); }

std::vector<net::FlowId> FlowBook::ours() const {
  std::vector<net::FlowId> ids;
  for (const auto& [id, entry] : entries_) {
    const bool made = entry.kind == Kind::udp || entry.kind == Kind::stream;
    if (made && entry.local) ids.push_back(id);
  }
  return ids;
}

}  // namespace godwit::ua
