// SPDX-License-Identifier: Apache-2.0
#include "io/resolver.h"

#include <fstream>
#include <iterator>
#include <map>
#include <utility>

#include "io/dns_query.h"
#include "net/hosts_file.h"

namespace godwit::io {
namespace {

constexpr std::string_view kSystemHosts = "/etc/hosts";

net::HostsFile read_hosts(const std::string& path) {
  std::ifstream file(path.empty() ? std::string(kSystemHosts) : path);
  return net::HostsFile::parse(std::string(std::istreambuf_iterator<char>(file), {}));
}

// RFC 6761 §6.3: "localhost" and everything below it never leaves the host.
bool is_localhost(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return name == "localhost" || name.ends_with(".localhost");
}

}  // namespace

// What outlives a call into the resolver; gone with it, so that late answers find nobody.
struct Resolver::Shared {
  std::map<std::uint64_t, std::unique_ptr<DnsQuery>> queries;
  std::uint64_t last_query = 0;
};

Resolver::Resolver(Loop& loop, ResolverOptions options)
    : loop_(loop), options_(std::move(options)), shared_(std::make_shared<Shared>()) {}

Resolver::~Resolver() = default;

void Resolver::resolve(const std::string& name, Done done) {
  if (auto known = find_locally(name); !known.empty()) {
    return answer_soon(std::move(known), std::move(done));
  }
  const std::uint64_t id = ++shared_->last_query;
  auto on_done = [weak = std::weak_ptr<Shared>(shared_), id,
                  done = std::move(done)](std::vector<net::IpAddress> addresses) {
    const auto shared = weak.lock();
    if (!shared) return;
    shared->queries.erase(id);
    done(std::move(addresses));
  };
  shared_->queries.emplace(id,
                           std::make_unique<DnsQuery>(loop_, options_, name, std::move(on_done)));
}

std::vector<net::IpAddress> Resolver::find_locally(const std::string& name) const {
  if (const auto literal = net::IpAddress::parse(name)) return {*literal};
  if (auto known = read_hosts(options_.hosts_file).find(name); !known.empty()) return known;
  if (!is_localhost(name)) return {};
  return {*net::IpAddress::parse("::1"), *net::IpAddress::parse("127.0.0.1")};
}

void Resolver::answer_soon(std::vector<net::IpAddress> addresses, Done done) {
  loop_.post([weak = std::weak_ptr<Shared>(shared_), addresses = std::move(addresses),
              done = std::move(done)]() mutable {
    if (weak.lock()) done(std::move(addresses));
  });
}

}  // namespace godwit::io
