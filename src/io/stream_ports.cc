// SPDX-License-Identifier: Apache-2.0
#include "io/stream_ports.h"

#include <iterator>
#include <utility>

#include "io/built_transports.h"

namespace godwit::io {
namespace {

// What an accepted connection does not have from its listener; the interface it has.
net::SocketIntent inherited(net::SocketIntent intent) {
  intent.interface.clear();
  return intent;
}

tl::unexpected<Error> no_tcp() {
  return fail(Errc::unsupported, "TCP is not built in");
}

}  // namespace

StreamPorts::StreamPorts(Loop& loop, Options options, Deliver deliver)
    : loop_(loop), options_(std::move(options)), deliver_(std::move(deliver)), tls_(loop) {}

StreamPorts::~StreamPorts() = default;

SocketSetup StreamPorts::setup_of(SocketUse use, const net::SocketIntent& intent) const {
  return {use, intent, options_.on_socket};
}

StreamHandlers StreamPorts::handlers_of(net::FlowId flow) {
  return {.on_open = [this, flow] { on_open(flow); },
          .on_bytes = [this, flow](std::string_view bytes) { on_bytes(flow, bytes); },
          .on_end = [this, flow](Error error) { on_end(flow, std::move(error)); }};
}

Result<void> StreamPorts::open(const sip::OpenStream& action) {
  auto stream = connect(action);
  if (!stream) return tl::unexpected<Error>(std::move(stream.error()));
  streams_.insert_or_assign(action.flow,
                            Entry{std::move(*stream), action.local, action.remote, true});
  return {};
}

Result<std::unique_ptr<Stream>> StreamPorts::connect(const sip::OpenStream& action) {
  const StreamRoute route{action.local, action.remote,
                          setup_of(SocketUse::sip_stream, action.intent)};
  if (action.transport == net::Transport::tls) {
    return tls_.connect(route, {*action.tls, action.server_name}, handlers_of(action.flow));
  }
  if (!kTcpBuilt) return no_tcp();
  return StreamSocket::connect(loop_, route, handlers_of(action.flow));
}

Result<net::SocketAddress> StreamPorts::listen(const sip::OpenListener& action) {
  if (action.transport == net::Transport::tls) {
    if (auto good = tls_.check_listener(*action.tls); !good) {
      return tl::unexpected<Error>(std::move(good.error()));
    }
  } else if (!kTcpBuilt) {
    return no_tcp();
  }
  auto listener =
      StreamListener::open(loop_, action.local, setup_of(SocketUse::sip_listener, action.intent),
                           [this, id = action.listener](AcceptedConnection connection) {
                             on_connection(id, std::move(connection));
                           });
  if (!listener) return tl::unexpected<Error>(std::move(listener.error()));
  const net::SocketAddress local = listener->local();
  listeners_.insert_or_assign(action.listener, ListenerEntry{std::move(*listener), action});
  return local;
}

// Those that say goodbye count too: they hold a descriptor.
std::size_t StreamPorts::accepted() const {
  const auto count = [](const auto& flows) {
    const auto first = flows.lower_bound(net::FlowId{sip::kAcceptedFlows});
    return static_cast<std::size_t>(std::distance(first, flows.end()));
  };
  return count(streams_) + count(finishing_);
}

void StreamPorts::on_connection(net::FlowId listener, AcceptedConnection connection) {
  if (accepted() >= options_.most_accepted) return;  // closed as it goes out of scope
  const sip::OpenListener asked = listeners_.at(listener).asked;
  const net::FlowId flow{++last_accepted_};
  if (asked.transport == net::Transport::tls) {
    return accept_tls(asked, flow, std::move(connection));
  }
  Entry entry{nullptr, connection.local, connection.remote, true};
  const sip::StreamAccepted told{listener, flow, asked.transport, entry.local, entry.remote};
  entry.stream = StreamSocket::adopt(loop_, std::move(connection),
                                     setup_of(SocketUse::sip_stream, inherited(asked.intent)),
                                     handlers_of(flow));
  streams_.emplace(flow, std::move(entry));
  deliver_(told);
}

// Told once the handshake is done; who does not get that far was never there.
void StreamPorts::accept_tls(const sip::OpenListener& asked, net::FlowId flow,
                             AcceptedConnection connection) {
  Entry entry{nullptr, connection.local, connection.remote, false};
  const sip::StreamAccepted told{asked.listener, flow, asked.transport, entry.local, entry.remote};
  StreamHandlers handlers = handlers_of(flow);
  handlers.on_open = [this, told] {
    streams_.at(told.flow).is_known = true;
    deliver_(told);
  };
  auto stream =
      tls_.accept(std::move(connection), setup_of(SocketUse::sip_stream, inherited(asked.intent)),
                  *asked.tls, std::move(handlers));
  if (!stream) return;
  entry.stream = std::move(*stream);
  streams_.emplace(flow, std::move(entry));
}

void StreamPorts::on_open(net::FlowId flow) {
  const auto found = streams_.find(flow);
  if (found == streams_.end()) return;
  found->second.local = found->second.stream->local();
  deliver_(sip::FlowOpened{flow, found->second.local});
}

void StreamPorts::on_bytes(net::FlowId flow, std::string_view bytes) {
  const auto found = streams_.find(flow);
  if (found == streams_.end()) return;
  show(found->second, false, bytes);
  deliver_(sip::StreamReceived{flow, std::string(bytes)});
}

void StreamPorts::on_end(net::FlowId flow, Error error) {
  const auto found = streams_.find(flow);
  if (found == streams_.end()) return;
  const bool is_known = found->second.is_known;
  streams_.erase(found);
  if (is_known) deliver_(sip::FlowFailed{flow, std::nullopt, std::move(error)});
}

bool StreamPorts::send(const sip::SendMessage& action) {
  const auto found = streams_.find(action.flow);
  if (found == streams_.end()) return false;
  show(found->second, true, *action.bytes);
  found->second.stream->write(*action.bytes);
  return true;
}

void StreamPorts::show(const Entry& entry, bool sent, std::string_view bytes) const {
  if (!options_.tap) return;
  options_.tap({sent, loop_.now(), to_string(entry.local), to_string(entry.remote), bytes});
}

void StreamPorts::close(net::FlowId flow) {
  listeners_.erase(flow);
  const auto found = streams_.find(flow);
  if (found == streams_.end()) return;
  auto& leaving = finishing_[flow];
  leaving = std::move(found->second.stream);
  streams_.erase(found);
  leaving->finish([this, flow] { finishing_.erase(flow); });
}

}  // namespace godwit::io
