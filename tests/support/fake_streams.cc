// SPDX-License-Identifier: Apache-2.0
#include "support/fake_streams.h"

#include <memory>
#include <utility>

#include "base/assert.h"
#include "support/fake_network.h"

namespace godwit::test {
namespace {

constexpr char kRecord = '\x16';  // a TLS record of the handshake

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ",") + name;
  return text;
}

bool is_listed(const std::string& name, const std::string& list) {
  return (',' + list + ',').find(',' + name + ',') != std::string::npos;
}

}  // namespace

Result<FakeStreams::StreamId> FakeStreams::connect(const FakeConnect& wish,
                                                   StreamHandlers handlers) {
  auto& tcp = host_.tcp();
  if (wish.transport != net::Transport::tls) {
    return tcp.connect(wish.local, wish.remote, std::move(handlers));
  }
  // The handlers below are called later than the id is known.
  const auto id = std::make_shared<StreamId>(0);
  StreamHandlers lower;
  lower.opened = [this, id, name = wish.server_name] {
    host_.tcp().send(*id, kRecord + name + '\n');
    network_.time().after(kHandshakeLimit, [this, id] {
      const auto at = tls_.find(*id);
      if (at == tls_.end() || at->second.done) return;
      fail_handshake(*id, Errc::tls_failed, "no end of the TLS handshake within 10 s");
    });
  };
  lower.received = [this, id](std::string bytes) { on_bytes(*id, std::move(bytes)); };
  lower.ended = [this, id](const Error& error) { on_ended(*id, error); };
  const auto stream = tcp.connect(wish.local, wish.remote, std::move(lower));
  if (!stream) return stream;
  *id = *stream;
  Handshake& handshake = tls_[*stream];
  handshake.handlers = std::move(handlers);
  handshake.server_name = wish.server_name;
  handshake.verify = wish.verify;
  return stream;
}

Result<FakeStreams::ListenerId> FakeStreams::listen(const FakeListen& wish,
                                                    FakeTcp::Accept accept) {
  const auto id = std::make_shared<ListenerId>(0);
  FakeTcp::Accept lower = std::move(accept);
  if (wish.transport == net::Transport::tls) {
    lower = [this, id, accept = std::move(lower)](StreamId stream, const net::SocketAddress&,
                                                  const net::SocketAddress&) {
      Handshake& handshake = tls_[stream];
      handshake.listener = *id;
      handshake.accept = accept;
      StreamHandlers handlers;
      handlers.received = [this, stream](std::string bytes) { on_bytes(stream, std::move(bytes)); };
      handlers.ended = [this, stream](const Error& error) { on_ended(stream, error); };
      return handlers;
    };
  }
  const auto listener = host_.tcp().listen(wish.local, std::move(lower));
  if (!listener) return listener;
  *id = *listener;
  listeners_[*listener] = wish;
  return listener;
}

void FakeStreams::close_listener(ListenerId listener) {
  host_.tcp().close_listener(listener);
  listeners_.erase(listener);
}

void FakeStreams::send(StreamId stream, std::string bytes) {
  const auto tls = tls_.find(stream);
  GODWIT_ASSERT(tls == tls_.end() || tls->second.done);
  auto& tcp = host_.tcp();
  network_.observe(host_, {tcp.local_of(stream), tcp.remote_of(stream), bytes,
                           tls == tls_.end() ? net::Transport::tcp : net::Transport::tls});
  tcp.send(stream, std::move(bytes));
}

void FakeStreams::close(StreamId stream) {
  tls_.erase(stream);
  host_.tcp().close(stream);
}

void FakeStreams::abort(StreamId stream) {
  tls_.erase(stream);
  host_.tcp().abort(stream);
}

void FakeStreams::on_ended(StreamId stream, const Error& error) {
  const auto at = tls_.find(stream);
  if (at == tls_.end()) return;
  const Handshake over = std::move(at->second);
  tls_.erase(at);
  if (!over.handlers.ended) return;
  const bool cut_off = !over.done && error.code == make_error_code(Errc::connection_closed);
  over.handlers.ended(cut_off ? Error{make_error_code(Errc::tls_failed), error.detail} : error);
}

void FakeStreams::fail_handshake(StreamId stream, Errc code, const std::string& detail) {
  host_.tcp().abort(stream);
  on_ended(stream, {make_error_code(code), detail});
}

void FakeStreams::on_bytes(StreamId stream, std::string bytes) {
  const auto at = tls_.find(stream);
  if (at == tls_.end()) return;
  if (!at->second.done) {
    auto& buffer = at->second.buffer;
    buffer += bytes;
    if (buffer.front() != kRecord) {
      return fail_handshake(stream, Errc::tls_failed, "no TLS but: " + buffer);
    }
    const auto end = buffer.find('\n');
    if (end == std::string::npos) return;
    const std::string line = buffer.substr(1, end - 1);
    bytes = buffer.substr(end + 1);
    buffer.clear();
    take_line(stream, line);
    if (!bytes.empty()) on_bytes(stream, std::move(bytes));
    return;
  }
  const auto received = at->second.handlers.received;
  if (received) received(std::move(bytes));
}

void FakeStreams::take_line(StreamId stream, const std::string& line) {
  if (tls_.at(stream).listener) return take_client_line(stream, line);
  take_server_line(stream, line);
}

void FakeStreams::take_server_line(StreamId stream, const std::string& line) {
  Handshake& handshake = tls_.at(stream);
  if (handshake.verify && !is_listed(handshake.server_name, line)) {
    return fail_handshake(stream, Errc::certificate_rejected,
                          "certificate names " + line + ", not " + handshake.server_name);
  }
  host_.tcp().send(stream, std::string(1, kRecord) + '\n');
  handshake.done = true;
  const auto opened = handshake.handlers.opened;
  if (opened) opened();
}

void FakeStreams::take_client_line(StreamId stream, const std::string&) {
  Handshake& handshake = tls_.at(stream);
  const auto listener = listeners_.find(*handshake.listener);
  if (listener == listeners_.end()) return abort(stream);
  if (!handshake.greeted) {
    if (listener->second.mute) return;
    handshake.greeted = true;
    host_.tcp().send(stream, kRecord + listed(listener->second.names) + '\n');
    return;
  }
  handshake.done = true;
  auto& tcp = host_.tcp();
  const auto accept = handshake.accept;  // it may close the stream
  auto handlers = accept(stream, tcp.local_of(stream), tcp.remote_of(stream));
  const auto at = tls_.find(stream);
  if (at != tls_.end()) at->second.handlers = std::move(handlers);
}

}  // namespace godwit::test
