// SPDX-License-Identifier: Apache-2.0
#include "server/stream_pool.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"

namespace godwit::server {
namespace {

/// Ids below belong to sockets and listeners.
constexpr std::uint64_t kFirstStream = 1'000;

}  // namespace

StreamPool::StreamPool(const ServerOptions& options)
    : options_(options),
      tls_(std::make_shared<const TlsOptions>(options.tls_options)),
      last_id_(kFirstStream) {}

void StreamPool::add(net::FlowId id, const StreamEnd& end, TimePoint now) {
  streams_[id] = {end, now + kFirstWord};
  by_end_[end] = id;
  look_at(now + kFirstWord);
}

void StreamPool::look_at(TimePoint at) {
  if (!look_at_ || at < *look_at_) look_at_ = at;
}

bool StreamPool::accept(const sip::StreamAccepted& accepted, TimePoint now) {
  if (streams_.size() >= limits::kServerStreams) {
    actions_.emplace_back(sip::CloseFlow{accepted.flow});
    return false;
  }
  add(accepted.flow, {accepted.transport, accepted.remote, {}}, now);
  open_.on_opened({accepted.flow, accepted.transport, accepted.local, accepted.remote},
                  sip::StreamFramer::Opened::by_peer);
  return true;
}

std::optional<net::FlowId> StreamPool::reach(const StreamEnd& end, TimePoint now) {
  if (const auto known = by_end_.find(end); known != by_end_.end()) return known->second;
  if (streams_.size() >= limits::kServerStreams) return std::nullopt;
  const net::FlowId id{++last_id_};
  add(id, end, now);
  const bool secure = end.transport == net::Transport::tls;
  const net::SocketAddress any{net::IpAddress::any(end.remote.address.family()), 0};
  actions_.emplace_back(sip::OpenStream{id, end.transport, any, end.remote, end.proven_name,
                                        secure ? tls_ : nullptr});
  return id;
}

std::optional<net::Flow> StreamPool::find(const StreamEnd& end) const {
  const auto known = by_end_.find(end);
  return known == by_end_.end() ? std::nullopt : flow(known->second);
}

std::optional<net::Flow> StreamPool::flow(net::FlowId id) const {
  const net::Flow* const flow = open_.find(id);
  return flow == nullptr ? std::nullopt : std::optional(*flow);
}

std::vector<net::Flow> StreamPool::flows() const {
  std::vector<net::Flow> flows;
  for (const auto& [id, stream] : streams_) {
    if (const net::Flow* const open = open_.find(id)) flows.push_back(*open);
  }
  return flows;
}

std::optional<net::Flow> StreamPool::on_opened(const sip::FlowOpened& opened, TimePoint now) {
  const auto stream = streams_.find(opened.flow);
  if (stream == streams_.end()) return std::nullopt;
  keep(opened.flow, now);
  const StreamEnd& end = stream->second.end;
  net::Flow flow{opened.flow, end.transport, opened.local, end.remote};
  // Nobody listens where the connection begins; whoever opens one to us does so to our port.
  flow.advertised = net::SocketAddress{opened.local.address, port_of(options_, end.transport)};
  open_.on_opened(flow, sip::StreamFramer::Opened::by_us);
  return flow;
}

bool StreamPool::on_closed(net::FlowId id) {
  const auto stream = streams_.find(id);
  if (stream == streams_.end()) return false;
  const auto by_end = by_end_.find(stream->second.end);
  if (by_end != by_end_.end() && by_end->second == id) by_end_.erase(by_end);
  streams_.erase(stream);
  open_.on_closed(id);
  if (streams_.empty()) look_at_.reset();
  return true;
}

void StreamPool::close(net::FlowId id) {
  if (on_closed(id)) actions_.emplace_back(sip::CloseFlow{id});
}

std::vector<sip::StreamTable::Output> StreamPool::on_bytes(net::FlowId id, std::string_view bytes,
                                                           TimePoint now) {
  if (open_.find(id) == nullptr) return {};
  auto outputs = open_.on_bytes(id, bytes);
  if (!outputs.empty()) keep(id, now);
  return outputs;
}

void StreamPool::keep(net::FlowId id, TimePoint now) {
  const auto stream = streams_.find(id);
  if (stream == streams_.end()) return;
  stream->second.idle_at = now + kIdle;
  look_at(stream->second.idle_at);
}

std::vector<net::FlowId> StreamPool::take_idle(TimePoint now) {
  std::vector<net::FlowId> idle;
  if (!look_at_ || now < *look_at_) return idle;
  look_at_.reset();
  for (const auto& [id, stream] : streams_) {
    if (stream.idle_at <= now) {
      idle.push_back(id);
    } else {
      look_at(stream.idle_at);
    }
  }
  return idle;
}

std::vector<sip::IoAction> StreamPool::take_actions() {
  return std::exchange(actions_, {});
}

}  // namespace godwit::server
