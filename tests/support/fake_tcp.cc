// SPDX-License-Identifier: Apache-2.0
#include "support/fake_tcp.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/assert.h"
#include "support/fake_network.h"

namespace godwit::test {
namespace {

Error system_error(std::errc code, std::string what) {
  return {std::make_error_code(code), std::move(what)};
}

}  // namespace

Result<FakeTcp::StreamId> FakeTcp::connect(net::SocketAddress local,
                                           const net::SocketAddress& remote,
                                           StreamHandlers handlers) {
  const std::string what = "connect to " + to_string(remote);
  if (local.address.is_unspecified()) {
    const auto route = host_.route_to(remote.address);
    if (!route) return tl::unexpected(system_error(std::errc::network_unreachable, what));
    local.address = route->source;
  }
  if (auto way = host_.check_way(local.address, remote.address); !way) {
    return tl::unexpected(way.error());
  }
  if (local.port == 0) local.port = free_port(local);
  const bool taken = std::any_of(streams_.begin(), streams_.end(), [&](const auto& entry) {
    return entry.second.local == local && entry.second.remote == remote;
  });
  if (taken) return fail(Errc::address_in_use, what + " from " + to_string(local));
  const StreamId id = ++last_id_;
  Stream& stream = streams_[id];
  stream.local = local;
  stream.remote = remote;
  stream.connection = network_.random().u64();
  stream.handlers = std::move(handlers);
  stream.resend_after = kFirstSynResend;
  transmit(stream, {.kind = Segment::Kind::syn}, {});
  stream.resend_at = network_.time().now() + stream.resend_after;
  arm(id, *stream.resend_at);
  return id;
}

Result<FakeTcp::ListenerId> FakeTcp::listen(net::SocketAddress local, Accept accept) {
  const std::string what = "listen on " + to_string(local);
  if (!local.address.is_unspecified() && !host_.has_address(local.address)) {
    return tl::unexpected(system_error(std::errc::address_not_available, what));
  }
  if (local.port == 0) local.port = free_port(local);
  if (port_taken(local)) return fail(Errc::address_in_use, what);
  listeners_[++last_id_] = {local, std::move(accept)};
  return last_id_;
}

net::SocketAddress FakeTcp::local_of_listener(ListenerId listener) const {
  const auto at = listeners_.find(listener);
  return at == listeners_.end() ? net::SocketAddress{} : at->second.local;
}

net::SocketAddress FakeTcp::local_of(StreamId stream) const {
  const auto at = streams_.find(stream);
  return at == streams_.end() ? net::SocketAddress{} : at->second.local;
}

net::SocketAddress FakeTcp::remote_of(StreamId stream) const {
  const auto at = streams_.find(stream);
  return at == streams_.end() ? net::SocketAddress{} : at->second.remote;
}

std::size_t FakeTcp::open_streams() const {
  return static_cast<std::size_t>(std::count_if(
      streams_.begin(), streams_.end(), [](const auto& entry) { return !entry.second.closed; }));
}

bool FakeTcp::port_taken(const net::SocketAddress& local) const {
  return std::any_of(listeners_.begin(), listeners_.end(), [&](const auto& entry) {
    const auto& other = entry.second.local;
    return other.port == local.port && other.family() == local.family() &&
           (other.address == local.address || other.address.is_unspecified() ||
            local.address.is_unspecified());
  });
}

std::uint16_t FakeTcp::free_port(const net::SocketAddress& local) {
  for (;;) {
    const auto port = static_cast<std::uint16_t>(32'768 + network_.random().below(28'000));
    const bool in_use = std::any_of(streams_.begin(), streams_.end(), [&](const auto& entry) {
      return entry.second.local.port == port;
    });
    if (!in_use && !port_taken({local.address, port})) return port;
  }
}

void FakeTcp::send(StreamId stream, std::string bytes) {
  const auto at = streams_.find(stream);
  if (at == streams_.end() || at->second.closed || bytes.empty()) return;
  Stream& s = at->second;
  GODWIT_ASSERT(s.state == State::open);
  transmit(s, {.sequence = s.answered + s.unanswered.size()}, bytes);
  s.unanswered += bytes;
  expect_answer(stream, s);
}

void FakeTcp::close(StreamId stream) {
  const auto at = streams_.find(stream);
  if (at == streams_.end() || at->second.closed) return;
  at->second.closed = true;
  at->second.handlers = {};
  if (at->second.state == State::syn_sent) {
    streams_.erase(at);  // an answer that still comes meets nobody and is refused
    return;
  }
  finish(stream);
}

void FakeTcp::finish(StreamId id) {
  Stream& stream = streams_.at(id);
  if (stream.finishing) return;
  transmit(stream, {.sequence = stream.answered + stream.unanswered.size(), .finishes = true}, {});
  stream.finishing = true;
  expect_answer(id, stream);
}

void FakeTcp::abort(StreamId stream) {
  const auto at = streams_.find(stream);
  if (at == streams_.end()) return;
  if (at->second.state != State::syn_sent) {
    transmit(at->second, {.kind = Segment::Kind::reset}, {});
  }
  streams_.erase(at);
}

void FakeTcp::forget_all() {
  streams_.clear();
  listeners_.clear();
}

// An address or a way that is gone is like a lost segment: the end comes with the user timeout.
void FakeTcp::transmit(const Stream& stream, Segment segment, std::string bytes) {
  segment.connection = stream.connection;
  segment.acknowledged = stream.expected;
  static_cast<void>(
      host_.emit({stream.local, stream.remote, std::move(bytes), net::Transport::tcp, segment}));
}

void FakeTcp::acknowledge(const Stream& stream) {
  transmit(stream, {}, {});
}

void FakeTcp::refuse(const FakePacket& packet) {
  if (packet.segment->kind == Segment::Kind::reset) return;
  Segment reset{.kind = Segment::Kind::reset, .connection = packet.segment->connection};
  static_cast<void>(
      host_.emit({packet.destination, packet.source, {}, net::Transport::tcp, reset}));
}

FakeTcp::Entry FakeTcp::find(const FakePacket& packet) {
  return std::find_if(streams_.begin(), streams_.end(), [&](const auto& entry) {
    return entry.second.local == packet.destination && entry.second.remote == packet.source &&
           entry.second.connection == packet.segment->connection;
  });
}

const FakeTcp::Listener* FakeTcp::listener_at(const net::SocketAddress& local) const {
  for (const auto& [id, listener] : listeners_) {
    if (listener.local.port != local.port || listener.local.family() != local.family()) continue;
    if (listener.local.address == local.address || listener.local.address.is_unspecified()) {
      return &listener;
    }
  }
  return nullptr;
}

void FakeTcp::on_segment(const FakePacket& packet) {
  if (packet.segment->kind == Segment::Kind::syn) return on_syn(packet);
  const auto entry = find(packet);
  if (entry == streams_.end()) return refuse(packet);
  switch (packet.segment->kind) {
    case Segment::Kind::syn:
      return;
    case Segment::Kind::syn_ack:
      return on_syn_ack(entry);
    case Segment::Kind::reset:
      return on_reset(entry);
    case Segment::Kind::data:
      return on_data(entry, packet);
  }
}

void FakeTcp::on_syn(const FakePacket& packet) {
  auto entry = find(packet);
  if (entry == streams_.end()) {
    const auto* listener = listener_at(packet.destination);
    if (listener == nullptr) return refuse(packet);
    entry = streams_.emplace(++last_id_, Stream{}).first;
    Stream& fresh = entry->second;
    fresh.local = packet.destination;
    fresh.remote = packet.source;
    fresh.connection = packet.segment->connection;
    fresh.state = State::syn_received;
    fresh.accept = listener->accept;
    fresh.resend_after = kFirstSynResend;
    fresh.resend_at = network_.time().now() + fresh.resend_after;
    arm(entry->first, *fresh.resend_at);
  }
  transmit(entry->second, {.kind = Segment::Kind::syn_ack}, {});
}

void FakeTcp::on_syn_ack(Entry entry) {
  Stream& stream = entry->second;
  const bool opens = stream.state == State::syn_sent;
  if (opens) {
    stream.state = State::open;
    stream.resend_at.reset();
    stream.resend_after = kFirstResend;
  }
  acknowledge(stream);
  if (!opens) return;
  const auto opened = stream.handlers.opened;
  if (opened) opened();
}

void FakeTcp::on_reset(Entry entry) {
  const bool opening = entry->second.state == State::syn_sent;
  const std::string with = "stream to " + to_string(entry->second.remote);
  end(entry->first,
      system_error(opening ? std::errc::connection_refused : std::errc::connection_reset, with));
}

void FakeTcp::on_refused(const net::SocketAddress& source, const net::SocketAddress& destination) {
  for (auto& [id, stream] : streams_) {
    if (stream.local != source || stream.remote != destination) continue;
    if (stream.state != State::syn_sent) return;  // of an open stream it is no proof (RFC 5461)
    end(id, system_error(std::errc::host_unreachable, "connect to " + to_string(destination)));
    return;
  }
}

void FakeTcp::on_data(Entry entry, const FakePacket& packet) {
  const StreamId id = entry->first;
  Stream& stream = entry->second;
  if (stream.state == State::syn_sent) return;
  if (stream.state == State::syn_received) {
    stream.state = State::open;
    stream.resend_at.reset();
    stream.resend_after = kFirstResend;
    const auto accept = std::exchange(stream.accept, nullptr);
    auto handlers = accept(id, stream.local, stream.remote);
    if (!streams_.contains(id)) return;
    if (!stream.closed) stream.handlers = std::move(handlers);
  }
  take_acknowledgement(id, stream, packet.segment->acknowledged);
  if (packet.bytes.empty() && !packet.segment->finishes) return forget_if_over(id);
  const bool brings = packet.segment->sequence + packet.bytes.size() > stream.expected;
  if (stream.closed && brings && !packet.bytes.empty()) {  // nobody will read it
    refuse(packet);
    streams_.erase(id);
    return;
  }
  take_bytes(stream, packet);
  acknowledge(stream);
  network_.time().after({}, [this, id] { hand_out(id); });
}

void FakeTcp::take_acknowledgement(StreamId id, Stream& stream, std::uint64_t acknowledged) {
  if (acknowledged <= stream.answered) return;
  const auto count =
      std::min<std::uint64_t>(acknowledged - stream.answered, stream.unanswered.size());
  stream.finish_answered =
      stream.finishing && acknowledged > stream.answered + stream.unanswered.size();
  stream.unanswered.erase(0, count);
  stream.answered += count;
  stream.resend_after = kFirstResend;
  stream.resend_at.reset();
  const bool more = !stream.unanswered.empty() || (stream.finishing && !stream.finish_answered);
  if (!more) return;
  expect_answer(id, stream);
}

void FakeTcp::take_bytes(Stream& stream, const FakePacket& packet) {
  auto& kept = stream.early[packet.segment->sequence];
  if (kept.bytes.size() <= packet.bytes.size()) {
    kept = {packet.bytes, kept.finishes || packet.segment->finishes};
  }
  while (!stream.early.empty() && stream.early.begin()->first <= stream.expected) {
    const auto first = stream.early.begin();
    const auto end = first->first + first->second.bytes.size();
    if (end >= stream.expected) {
      stream.inbox += first->second.bytes.substr(stream.expected - first->first);
      stream.expected = end;
      if (first->second.finishes && !stream.far_end_finished) {
        stream.far_end_finished = true;
        ++stream.expected;
      }
    }
    stream.early.erase(first);
  }
}

// What came at one moment is joined, and then cut at random: both happen to streams.
void FakeTcp::hand_out(StreamId id) {
  for (auto at = streams_.find(id); at != streams_.end() && !at->second.inbox.empty();
       at = streams_.find(id)) {
    auto& inbox = at->second.inbox;
    auto& random = network_.random();
    const auto size = random.below(2) == 0 ? inbox.size() : 1 + random.below(inbox.size());
    std::string piece = inbox.substr(0, size);
    inbox.erase(0, size);
    const auto received = at->second.handlers.received;
    if (received) received(std::move(piece));
  }
  const auto at = streams_.find(id);
  if (at == streams_.end() || !at->second.far_end_finished) return;
  finish(id);
  if (!at->second.closed) {
    at->second.closed = true;
    const auto ended = std::exchange(at->second.handlers, {}).ended;
    const Error error{make_error_code(Errc::connection_closed),
                      "stream to " + to_string(at->second.remote)};
    if (ended) ended(error);
  }
  forget_if_over(id);
}

void FakeTcp::forget_if_over(StreamId id) {
  const auto at = streams_.find(id);
  if (at == streams_.end() || !at->second.closed) return;
  if (at->second.finish_answered && at->second.far_end_finished) streams_.erase(at);
}

void FakeTcp::end(StreamId id, const Error& error) {
  const auto at = streams_.find(id);
  const auto ended = at->second.handlers.ended;
  streams_.erase(at);
  if (ended) ended(error);
}

void FakeTcp::expect_answer(StreamId id, Stream& stream) {
  if (stream.resend_at) return;
  stream.unanswered_since = network_.time().now();
  stream.resend_after = kFirstResend;
  stream.resend_at = stream.unanswered_since + stream.resend_after;
  arm(id, *stream.resend_at);
}

void FakeTcp::arm(StreamId id, TimePoint when) {
  network_.time().at(when, [this, id] { on_timer(id); });
}

void FakeTcp::on_timer(StreamId id) {
  const auto at = streams_.find(id);
  if (at == streams_.end()) return;
  Stream& stream = at->second;
  if (!stream.resend_at || *stream.resend_at > network_.time().now()) return;  // an old one
  if (stream.state == State::open) return resend(id, stream);
  resend_opening(id, stream);
}

void FakeTcp::resend_opening(StreamId id, Stream& stream) {
  if (++stream.syn_resends > kSynResends) {
    return end(id, system_error(std::errc::timed_out, "connect to " + to_string(stream.remote)));
  }
  const bool ours = stream.state == State::syn_sent;
  transmit(stream, {.kind = ours ? Segment::Kind::syn : Segment::Kind::syn_ack}, {});
  stream.resend_after *= 2;
  stream.resend_at = network_.time().now() + stream.resend_after;
  arm(id, *stream.resend_at);
}

void FakeTcp::resend(StreamId id, Stream& stream) {
  const TimePoint now = network_.time().now();
  if (now >= stream.unanswered_since + kUserTimeout) {
    return end(id, system_error(std::errc::timed_out, "stream to " + to_string(stream.remote)));
  }
  transmit(stream, {.sequence = stream.answered, .finishes = stream.finishing}, stream.unanswered);
  stream.resend_after *= 2;
  stream.resend_at = std::min(now + stream.resend_after, stream.unanswered_since + kUserTimeout);
  arm(id, *stream.resend_at);
}

}  // namespace godwit::test
