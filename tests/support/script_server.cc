// SPDX-License-Identifier: Apache-2.0
#include "support/script_server.h"

#include <algorithm>
#include <variant>

#include "base/assert.h"
#include "base/overloaded.h"
#include "sip/auth/digest.h"
#include "sip/transaction/source_via.h"

namespace godwit::test {
namespace {

/// An answer that takes PCMU at the server's address.
std::string sdp_at(const net::IpAddress& address) {
  const std::string where =
      std::string(net::sdp_address_type(address.family())) + ' ' + to_string(address);
  return "v=0\r\no=server 1 1 IN " + where + "\r\ns=-\r\nc=IN " + where +
         "\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n"
         "a=rtpmap:101 telephone-event/8000\r\n";
}

std::string uri_at(const std::string& user, const net::Flow& flow) {
  std::string uri = "<sip:" + user + '@' + to_string(flow.local);
  if (flow.transport != net::Transport::udp) {
    uri += ";transport=" + std::string(to_string(flow.transport));
  }
  return uri + '>';
}

}  // namespace

void ScriptServer::listen(net::Transport transport, const net::SocketAddress& local,
                          std::vector<std::string> names) {
  if (transport == net::Transport::udp) {
    // The socket is known when it is bound, and called later.
    const auto id = std::make_shared<FakeHost::SocketId>(0);
    const auto socket = host_.bind(local, [this, id](const FakePacket& packet) {
      Transaction come;
      come.flow = {net::FlowId{}, net::Transport::udp, packet.destination, packet.source};
      come.socket = *id;
      on_message(std::move(come), packet.bytes);
    });
    GODWIT_ASSERT(socket.has_value());
    *id = *socket;
    return;
  }
  FakeListen wish;
  wish.transport = transport;
  wish.local = local;
  wish.names = std::move(names);
  const auto listener = host_.streams().listen(
      wish, [this, transport](FakeStreams::StreamId id, const net::SocketAddress& at,
                              const net::SocketAddress& from) {
        return accept(id, {net::FlowId{}, transport, at, from});
      });
  GODWIT_ASSERT(listener.has_value());
  if (transport == net::Transport::tls) tls_listeners_.push_back(*listener);
}

void ScriptServer::mute_tls() {
  for (const auto listener : tls_listeners_) host_.streams().set_mute(listener, true);
}

void ScriptServer::on(const std::string& method, Script script) {
  scripts_[method] = std::move(script);
}

void ScriptServer::once(const std::string& method, Script script) {
  next_scripts_[method].push_back(std::move(script));
}

void ScriptServer::ask_for_credentials(std::string username, std::string password) {
  credentials_ = {std::move(username), std::move(password)};
}

void ScriptServer::close_connections() {
  for (const auto& [id, connection] : streams_) host_.streams().close(id);
  streams_.clear();
}

std::vector<ScriptServer::Got> ScriptServer::got(std::string_view method) const {
  std::vector<Got> out;
  std::copy_if(got_.begin(), got_.end(), std::back_inserter(out), [&](const Got& got) {
    return !got.again && (method.empty() || got.message.method_name() == method);
  });
  return out;
}

StreamHandlers ScriptServer::accept(FakeStreams::StreamId id, const net::Flow& flow) {
  ++accepted_;
  streams_[id].flow = flow;
  StreamHandlers handlers;
  handlers.received = [this, id](const std::string& bytes) { on_stream(id, bytes); };
  handlers.ended = [this, id](const Error&) { streams_.erase(id); };
  return handlers;
}

void ScriptServer::on_stream(FakeStreams::StreamId id, const std::string& bytes) {
  const auto at = streams_.find(id);
  if (at == streams_.end()) return;
  const net::Flow flow = at->second.flow;
  for (auto& output : at->second.framer.on_bytes(bytes)) {
    std::visit(overloaded{[&](sip::StreamFramer::MessageReceived& message) {
                            Transaction come;
                            come.flow = flow;
                            come.stream = id;
                            on_message(std::move(come), std::move(message.bytes));
                          },
                          [&](sip::StreamFramer::PingReceived&) {
                            ++pings_;
                            if (answers_pings_) host_.streams().send(id, std::string(sip::kPong));
                          },
                          [&](sip::StreamFramer::PongReceived&) {},
                          [&](sip::StreamFault&) {
                            host_.streams().abort(id);
                            streams_.erase(id);
                          }},
               output);
  }
}

void ScriptServer::on_message(Transaction come, std::string bytes) {
  auto read = sip::read_message(std::move(bytes));
  if (read.fault || !read.message.is_request()) return;
  auto& request = read.message;
  const Key key{request.top_via().branch, request.method_name()};
  const auto known = transactions_.find(key);
  got_.push_back({network_.time().now(), come.flow, request, known != transactions_.end()});
  if (known != transactions_.end()) {
    if (!known->second.sent.empty()) send(known->second, known->second.sent.back());
    return;
  }
  sip::write_source(request, come.flow.remote);
  come.request = request;
  const auto at = transactions_.emplace(key, std::move(come)).first;
  if (request.method() == sip::Method::ack) return;
  if (request.method() == sip::Method::cancel) on_cancel(at->second);
  for (const auto& wanted : script_for(request)) {
    if (wanted.after == Duration{}) {
      answer(key, wanted);
    } else {
      network_.time().after(wanted.after, [this, key, wanted] { answer(key, wanted); });
    }
  }
}

void ScriptServer::on_cancel(const Transaction& cancel) {
  const Key invite{cancel.request.top_via().branch, "INVITE"};
  const auto at = transactions_.find(invite);
  if (at != transactions_.end() && !at->second.final) answer(invite, {.status = 487});
}

Script ScriptServer::script_for(const sip::Message& request) {
  const std::string method(request.method_name());
  const bool protected_method = method == "REGISTER" || method == "INVITE";
  if (credentials_ && protected_method && !is_authorised(request)) return {{.status = 401}};
  auto& queued = next_scripts_[method];
  if (!queued.empty()) {
    Script next = std::move(queued.front());
    queued.erase(queued.begin());
    return next;
  }
  for (const auto& wanted : {method, std::string("*")}) {
    const auto at = scripts_.find(wanted);
    if (at != scripts_.end()) return at->second;
  }
  return {ScriptedAnswer{}};
}

bool ScriptServer::is_authorised(const sip::Message& request) const {
  const auto field = request.field(sip::Field::authorization);
  if (!field) return false;
  const auto credentials = sip::parse_digest_credentials(*field);
  return credentials && credentials->nonce.starts_with(name_ + '-') &&
         credentials->username == credentials_->first &&
         sip::verify(*credentials, credentials_->second, request.method_name(), request.body());
}

void ScriptServer::answer(const Key& key, const ScriptedAnswer& wanted) {
  auto& transaction = transactions_.at(key);
  if (transaction.final) return;
  transaction.final = wanted.status >= 200;
  transaction.sent.push_back(response_to(transaction, wanted).write());
  send(transaction, transaction.sent.back());
}

sip::Message ScriptServer::response_to(const Transaction& transaction,
                                       const ScriptedAnswer& wanted) {
  const auto& request = transaction.request;
  const auto tag = wanted.status == 100 ? std::string{} : name_ + "-tag";
  auto response = sip::make_response(request, wanted.status, tag);
  response.set(sip::Field::server, name_);
  if (wanted.retry_after) {
    response.set(sip::Field::retry_after, std::to_string(wanted.retry_after->count()));
  }
  if (!wanted.contact.empty()) response.set(sip::Field::contact, wanted.contact);
  if (wanted.status == 401) {
    response.set(sip::Field::www_authenticate,
                 "Digest realm=\"" + wanted.realm + "\", nonce=\"" + name_ + '-' +
                     std::to_string(++challenges_) + "\", algorithm=MD5, qop=\"auth\"");
  }
  if (request.method() == sip::Method::invite && wanted.status > 100 && wanted.status < 300) {
    for (const auto route : request.values(sip::Field::record_route)) {
      response.add(sip::Field::record_route, route);
    }
    response.set(sip::Field::contact, uri_at(name_, transaction.flow));
    if (wanted.status >= 200) {
      response.set_body("application/sdp", sdp_at(transaction.flow.local.address));
    }
  }
  if (request.method() == sip::Method::register_ && wanted.status == 200) {
    for (const auto contact : request.values(sip::Field::contact)) {
      response.add(sip::Field::contact, contact);
    }
    if (const auto expires = request.field(sip::Field::expires)) {
      response.set(sip::Field::expires, *expires);
    }
  }
  return response;
}

void ScriptServer::send(const Transaction& transaction, const std::string& bytes) {
  if (transaction.socket != 0) {
    static_cast<void>(host_.send(transaction.socket, transaction.flow.local.address,
                                 sip::way_back(transaction.request, transaction.flow).remote,
                                 bytes));
    return;
  }
  if (streams_.contains(transaction.stream)) host_.streams().send(transaction.stream, bytes);
}

}  // namespace godwit::test
