// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/fd_watch.h"
#include "io/file_descriptor.h"
#include "io/loop.h"
#include "io/sockaddr.h"
#include "io/timer.h"
#include "io/udp_socket.h"
#include "support/dns_bytes.h"

namespace godwit::test {

/// A name server on loopback, over UDP and TCP on one port that the system chooses. It answers by a
/// table, and as slowly or as wrongly as a test wants it.
class LoopbackDns {
 public:
  struct Reply {
    dns::Message message;  ///< without id and question, which are those of the query
    Duration delay{};
    bool silent = false;
    bool only_tcp = false;  ///< over UDP: nothing but "truncated"
    /// Changes what is about to be sent; the empty text is sent as an empty datagram.
    std::function<std::vector<std::string>(const std::string&)> lie;

    Reply& answer(const std::string& record) { return message.answer(record), *this; }
    Reply& authority(const std::string& record) { return message.authority(record), *this; }
    Reply& code(std::uint16_t value) { return message.code(value), *this; }
  };

  explicit LoopbackDns(io::Loop& loop, const std::string& address = "127.0.0.1") : loop_(loop) {
    // Both transports need the same port, which another may have taken over TCP.
    while (!open(*net::IpAddress::parse(address))) {
    }
  }
  LoopbackDns(const LoopbackDns&) = delete;
  LoopbackDns& operator=(const LoopbackDns&) = delete;

  /// What is answered to a question; what has no entry gets NXDOMAIN. @param name lower case
  Reply& on(const std::string& name, std::uint16_t type) { return table_[{name, type}]; }
  /// Nothing is answered at all.
  bool dead = false;

  [[nodiscard]] const net::SocketAddress& local() const { return udp_->local(); }
  [[nodiscard]] std::string address() const { return to_string(local()); }
  [[nodiscard]] int queries() const { return udp_queries_ + tcp_queries_; }
  [[nodiscard]] int tcp_queries() const { return tcp_queries_; }
  /// The last query, as it came.
  [[nodiscard]] const std::string& last_query() const { return last_query_; }

 private:
  struct Connection {
    io::FileDescriptor fd;
    std::optional<io::FdWatch> watch;
    std::string received;
  };
  struct Late {
    std::optional<io::Timer> timer;
  };
  using Send = std::function<void(const std::string&)>;

  bool open(const net::IpAddress& address) {
    io::UdpHandlers handlers;
    handlers.on_datagram = [this](const io::Datagram& query) { on_datagram(query); };
    handlers.on_unreachable = [](const net::SocketAddress&, std::error_code) {};
    udp_.emplace(*io::UdpSocket::open(loop_, {address, 0}, {}, std::move(handlers)));
    const auto where = io::to_system(udp_->local());
    tcp_ = io::FileDescriptor(::socket(where.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0));
    if (::bind(tcp_.get(), where.get(), where.size) != 0) return false;
    if (::listen(tcp_.get(), 16) != 0) return false;
    accepting_.emplace(*io::FdWatch::start(loop_, tcp_.get(), [this] { accept_one(); }));
    return true;
  }

  void on_datagram(const io::Datagram& query) {
    ++udp_queries_;
    const std::string bytes(reinterpret_cast<const char*>(query.bytes.data()), query.bytes.size());
    answer(bytes, true, [this, remote = query.remote](const std::string& reply) {
      udp_->send({}, remote, std::as_bytes(std::span(reply)));
    });
  }

  void accept_one() {
    const int fd = ::accept4(tcp_.get(), nullptr, nullptr, SOCK_NONBLOCK);
    if (fd < 0) return;
    Connection& connection = connections_.emplace_back();
    connection.fd = io::FileDescriptor(fd);
    connection.watch.emplace(
        *io::FdWatch::start(loop_, fd, [this, &connection] { on_stream(connection); }));
  }

  void on_stream(Connection& connection) {
    char room[2048];
    const auto count = ::recv(connection.fd.get(), room, sizeof room, 0);
    if (count <= 0) return connection.watch.reset();
    connection.received.append(room, static_cast<std::size_t>(count));
    std::string& in = connection.received;
    if (in.size() < 2 || in.size() < 2 + number(in, 0)) return;
    ++tcp_queries_;
    answer(in.substr(2, number(in, 0)), false, [&connection](const std::string& reply) {
      const std::string framed = dns::u16(reply.size()) + reply;
      ::send(connection.fd.get(), framed.data(), framed.size(), MSG_NOSIGNAL);
    });
    in.erase(0, 2 + number(in, 0));
  }

  static std::size_t number(const std::string& in, std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(in.at(at))) << 8U |
           static_cast<unsigned char>(in.at(at + 1));
  }

  void answer(const std::string& query, bool datagram, const Send& send) {
    last_query_ = query;
    std::string name;
    std::size_t at = dns::kQuestionName;
    for (; query.at(at) != 0; at += 1U + static_cast<unsigned char>(query[at])) {
      if (!name.empty()) name += '.';
      name += query.substr(at + 1, static_cast<unsigned char>(query[at]));
    }
    const auto type = static_cast<std::uint16_t>(number(query, at + 1));
    const auto found = table_.find({name, type});
    Reply reply = found == table_.end() ? Reply{}.code(dns::kNoSuchName) : found->second;
    if (dead || reply.silent) return;
    reply.message.id = static_cast<std::uint16_t>(number(query, 0));
    reply.message.question = query.substr(dns::kQuestionName, at + 5 - dns::kQuestionName);
    send_soon(reply, datagram, send);
  }

  void send_soon(Reply& reply, bool datagram, const Send& send) {
    if (datagram && reply.only_tcp) {
      dns::Message cut;
      cut.id = reply.message.id;
      cut.question = reply.message.question;
      cut.flags = 0x8380;
      return send(cut.bytes());
    }
    const std::string bytes = reply.message.bytes();
    const auto send_all = [all = reply.lie ? reply.lie(bytes) : std::vector{bytes}, send] {
      for (const std::string& one : all) send(one);
    };
    if (reply.delay == Duration::zero()) return send_all();
    Late& late = late_.emplace_back();
    late.timer.emplace(loop_, send_all);
    late.timer->arm(loop_.now() + reply.delay);
  }

  io::Loop& loop_;
  std::optional<io::UdpSocket> udp_;
  io::FileDescriptor tcp_;
  std::optional<io::FdWatch> accepting_;
  std::list<Connection> connections_;
  std::list<Late> late_;
  std::map<std::pair<std::string, std::uint16_t>, Reply> table_;
  int udp_queries_ = 0;
  int tcp_queries_ = 0;
  std::string last_query_;
};

}  // namespace godwit::test
