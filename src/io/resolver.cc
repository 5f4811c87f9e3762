// SPDX-License-Identifier: Apache-2.0
#include "io/resolver.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "io/dns_query.h"
#include "io/timer.h"

namespace godwit::io {
namespace {

using net::DnsAnswer;
using net::DnsType;

// RFC 6761 §6.3: "localhost" and everything below it never leaves the host.
bool is_localhost(std::string_view name) {
  return name == "localhost" || name.ends_with(".localhost");
}

// What DNS may not make us talk to (dual-stack rule R10).
bool is_sane(const net::IpAddress& address) {
  return !address.is_unspecified() && !address.is_loopback() && !address.is_multicast() &&
         !address.is_link_local();
}

std::string or_default(const std::string& path, const char* system) {
  return path.empty() ? system : path;
}

}  // namespace

// What outlives a call into the resolver; gone with it, so that late answers find nobody.
struct Resolver::Shared {
  explicit Shared(const ResolverOptions& options)
      : servers(options.servers, or_default(options.resolv_conf, "/etc/resolv.conf")) {}

  struct Open {
    std::unique_ptr<DnsQuery> query;
    std::vector<Answered> askers;
  };
  DnsServers servers;
  std::map<net::DnsQuestion, Open> open;

  static void on_answer(const std::weak_ptr<Shared>& weak, const net::DnsQuestion& question,
                        const DnsAnswer& answer, const std::optional<net::SocketAddress>& server);
};

// Whoever hears the answer may destroy the resolver.
void Resolver::Shared::on_answer(const std::weak_ptr<Shared>& weak,
                                 const net::DnsQuestion& question, const DnsAnswer& answer,
                                 const std::optional<net::SocketAddress>& server) {
  Open closed;
  if (const auto shared = weak.lock()) {
    if (server) shared->servers.prefer(*server);
    const auto found = shared->open.find(question);
    if (found == shared->open.end()) return;
    closed = std::move(found->second);
    shared->open.erase(found);
  }
  for (const Answered& answered : closed.askers) {
    if (!weak.expired()) answered(answer);
  }
}

// A look-up of both families; it belongs to the questions that are open.
struct Resolver::AddressSearch : std::enable_shared_from_this<AddressSearch> {
  AddressSearch(Loop& l, std::weak_ptr<Shared> o, Resolved r)
      : loop(l), owner(std::move(o)), resolved(std::move(r)) {}

  Loop& loop;
  std::weak_ptr<Shared> owner;
  Resolved resolved;
  std::optional<DnsAnswer> v6;
  std::optional<DnsAnswer> v4;
  std::optional<Timer> limit;

  // Waits a little for the other family, once there is an address of one.
  void on_answer(DnsType type, const DnsAnswer& answer, Duration patience) {
    (type == DnsType::aaaa ? v6 : v4) = answer;
    if (v6 && v4) return finish();
    if (limit || addresses().empty()) return;
    limit.emplace(loop, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->finish();
    });
    limit->arm(loop.now() + patience);
  }

  [[nodiscard]] std::vector<net::IpAddress> addresses() const {
    std::vector<net::IpAddress> all;
    for (const auto* answer : {&v6, &v4}) {
      if (!*answer) continue;
      std::copy_if((*answer)->addresses.begin(), (*answer)->addresses.end(),
                   std::back_inserter(all), is_sane);
    }
    return all;
  }

  void finish() {
    const auto keep = shared_from_this();
    limit.reset();
    if (resolved && !owner.expired()) std::exchange(resolved, nullptr)(addresses());
  }
};

Resolver::Resolver(Loop& loop, ResolverOptions options)
    : loop_(loop),
      options_(std::move(options)),
      hosts_file_(or_default(options_.hosts_file, "/etc/hosts")),
      shared_(std::make_shared<Shared>(options_)) {}

Resolver::~Resolver() = default;

std::vector<net::IpAddress> Resolver::known_addresses(const std::string& name) {
  if (const auto literal = net::IpAddress::parse(name)) return {*literal};
  if (const auto text = hosts_file_.read_if_changed()) hosts_ = net::HostsFile::parse(*text);
  if (auto known = hosts_.find(name); !known.empty()) return known;
  const auto canonical = net::to_dns_name(name);
  if (!canonical || !is_localhost(*canonical)) return {};
  return {*net::IpAddress::parse("::1"), *net::IpAddress::parse("127.0.0.1")};
}

std::optional<DnsAnswer> Resolver::find_locally(const std::string& name, DnsType type) {
  DnsAnswer answer;
  answer.status = DnsAnswer::Status::no_data;
  answer.from_hosts_file = true;
  if (type != DnsType::a && type != DnsType::aaaa) {
    const auto canonical = net::to_dns_name(name);
    return canonical && is_localhost(*canonical) ? std::optional(answer) : std::nullopt;
  }
  auto known = known_addresses(name);
  if (known.empty()) return std::nullopt;
  std::erase_if(known,
                [&](const auto& address) { return address.is_v4() != (type == DnsType::a); });
  if (!known.empty()) answer.status = DnsAnswer::Status::found;
  answer.addresses = std::move(known);
  return answer;
}

void Resolver::query(const std::string& name, DnsType type, Answered answered) {
  const auto canonical = net::to_dns_name(name);
  if (!canonical) {
    DnsAnswer never;
    never.status = DnsAnswer::Status::no_such_name;
    return answer_soon([never, answered = std::move(answered)] { answered(never); });
  }
  const net::DnsQuestion question{*canonical, type};
  auto& open = shared_->open[question];
  open.askers.push_back(std::move(answered));
  if (open.query) return;
  const auto& servers = shared_->servers.current();
  open.query = std::make_unique<DnsQuery>(
      loop_, random_, question, DnsQuery::Options{servers, options_.on_socket, options_.timeout},
      [weak = std::weak_ptr<Shared>(shared_), question](
          const DnsAnswer& answer, const std::optional<net::SocketAddress>& server) {
        Shared::on_answer(weak, question, answer, server);
      });
}

void Resolver::resolve(const std::string& name, Resolved resolved) {
  if (auto known = known_addresses(name); !known.empty()) {
    return answer_soon(
        [known = std::move(known), resolved = std::move(resolved)] { resolved(known); });
  }
  const auto search = std::make_shared<AddressSearch>(loop_, shared_, std::move(resolved));
  for (const DnsType type : {DnsType::aaaa, DnsType::a}) {  // in this order (RFC 8305 §3)
    query(name, type, [search, type, patience = options_.resolution_delay](const auto& answer) {
      search->on_answer(type, answer, patience);
    });
  }
}

void Resolver::reread() {
  shared_->servers.reread();
  for (auto& [question, open] : shared_->open) open.query->restart(shared_->servers.current());
}

void Resolver::answer_soon(std::function<void()> answer) {
  loop_.post([weak = std::weak_ptr<Shared>(shared_), answer = std::move(answer)] {
    if (!weak.expired()) answer();
  });
}

}  // namespace godwit::io
