// SPDX-License-Identifier: Apache-2.0
#include "ua/flow_book.h"

#include <algorithm>
#include <utility>

namespace godwit::ua {

FlowBook::FlowBook(Outbox& out, const UserAgentOptions& options)
    : out_(out), options_(options), port_(options.sip_port) {}

net::FlowId FlowBook::add(Entry entry) {
  const net::FlowId id{++last_id_};
  if (entry.kind == Kind::stream) streams_.emplace(entry.wish, id);
  if (entry.kind == Kind::listener) listeners_.insert(id);
  entries_.emplace(id, std::move(entry));
  return id;
}

void FlowBook::remove(std::map<net::FlowId, Entry>::iterator entry) {
  const auto& [id, gone] = *entry;
  if (gone.kind == Kind::stream) {
    auto at = streams_.lower_bound(gone.wish);
    while (at->second != id) ++at;
    streams_.erase(at);
  }
  listeners_.erase(id);
  entries_.erase(entry);
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
  if (const auto there = stream_for(wish, intent)) return *there;
  const auto id = add({Kind::stream, wish.transport, wish.source, wish, intent, {}, {}});
  out_.io(sip::OpenStream{id, wish.transport, {wish.source, 0}, wish.remote, wish.server_name,
                          std::move(tls), intent});
  return id;
}

std::optional<net::FlowId> FlowBook::stream_for(const StreamWish& wish,
                                                const net::SocketIntent& intent) const {
  for (auto at = streams_.lower_bound(wish); at != streams_.end() && at->first == wish; ++at) {
    const Entry& entry = entries_.at(at->second);
    const bool held = intent.interface.empty() || entry.intent.interface == intent.interface;
    if (held && !entry.error) return at->second;
  }
  return std::nullopt;
}

std::optional<net::FlowId> FlowBook::stream_with(net::Transport transport,
                                                 const net::SocketAddress& remote,
                                                 FlowGroupId group) const {
  for (const auto& [id, entry] : entries_) {
    const bool stream = entry.kind == Kind::stream || entry.kind == Kind::accepted;
    if (!stream || !entry.local || entry.transport != transport) continue;
    const bool may_share = entry.kind == Kind::accepted || entry.wish.group == group;
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
  return std::any_of(listeners_.begin(), listeners_.end(), [&](net::FlowId id) {
    const Entry& e = entries_.at(id);
    return e.transport == transport && e.wish.remote == local;
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
  for (const auto id : listeners_) {
    const Entry& other = entries_.at(id);
    const bool serves = other.transport == entry.transport && other.local &&
                        other.local->family() == entry.local->family() &&
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
    remove(it);
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
  const auto it = entries_.find(id);
  if (it == entries_.end()) return;
  remove(it);
  out_.io(sip::CloseFlow{id});
  closed_.push_back(id);
}

std::vector<net::FlowId> FlowBook::take_closed() { return std::exchange(closed_, {}); }

bool FlowBook::is_ours(net::FlowId id) const {
  const auto it = entries_.find(id);
  if (it == entries_.end() || !it->second.local) return false;
  return it->second.kind == Kind::udp || it->second.kind == Kind::stream;
}

}  // namespace godwit::ua
