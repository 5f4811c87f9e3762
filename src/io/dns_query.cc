// SPDX-License-Identifier: Apache-2.0
#include "io/dns_query.h"

#include <ares.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

#include "io/fd_watch.h"
#include "io/resolver.h"
#include "io/sockaddr.h"
#include "io/timer.h"

namespace godwit::io {
namespace {

constexpr int kFirstTryMs = 1500;  // c-ares waits longer at each further try
constexpr int kTries = 3;

// c-ares wants to be told once that it is used; on Linux this does next to nothing.
bool library_ready() {
  static const bool ready = ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS;
  return ready;
}

// What DNS may not make us talk to (dual-stack rule R10).
bool is_sane(const net::IpAddress& address) {
  return !address.is_unspecified() && !address.is_loopback() && !address.is_multicast() &&
         !address.is_link_local();
}

std::vector<net::IpAddress> addresses_of(const ares_addrinfo* result) {
  std::vector<net::IpAddress> out;
  const ares_addrinfo_node* node = result == nullptr ? nullptr : result->nodes;
  for (; node != nullptr; node = node->ai_next) {
    SystemAddress system;
    std::memcpy(&system.storage, node->ai_addr,
                std::min<std::size_t>(node->ai_addrlen, sizeof system.storage));
    const auto address = from_system(system);
    if (address && is_sane(address->address)) out.push_back(address->address);
  }
  return out;
}

}  // namespace

struct DnsQuery::Op : std::enable_shared_from_this<DnsQuery::Op> {
  // One family's half of the question.
  struct Half {
    Op* op = nullptr;
    bool answered = false;
    std::vector<net::IpAddress> addresses;
  };

  Op(Loop& l, Done d) : loop(l), done(std::move(d)) {}
  ~Op() { shut(); }

  Loop& loop;
  Done done;
  Duration resolution_delay{};
  ares_channel channel = nullptr;
  std::map<int, FdWatch> watches;
  std::array<Half, 2> halves;  // IPv6, IPv4
  std::optional<Timer> tick;   // when c-ares wants to be woken
  std::optional<Timer> limit;  // when we take what is there

  void start(const ResolverOptions& options, const std::string& name);
  bool open(const std::string& servers);
  void ask(Half& half, const std::string& name, int family);
  void on_answer(Half& half, std::vector<net::IpAddress> addresses);
  void watch(int fd, bool readable, bool writable);
  void process(int fd);
  void arm_tick();
  void finish();
  void shut();
  template <void (Op::*Member)()>
  std::function<void()> guarded() {
    return [weak = weak_from_this()] {
      if (const auto op = weak.lock()) (op.get()->*Member)();
    };
  }
  void process_timeouts() { process(ARES_SOCKET_BAD); }
};

void DnsQuery::Op::start(const ResolverOptions& options, const std::string& name) {
  resolution_delay = options.resolution_delay;
  tick.emplace(loop, guarded<&Op::process_timeouts>());
  limit.emplace(loop, guarded<&Op::finish>());
  if (!open(options.servers)) return loop.post(guarded<&Op::finish>());
  limit->arm(loop.now() + options.timeout);
  ask(halves[0], name, AF_INET6);  // AAAA goes out first (RFC 8305 §3)
  ask(halves[1], name, AF_INET);
  arm_tick();
}

bool DnsQuery::Op::open(const std::string& servers) {
  if (!library_ready()) return false;
  char only_dns[] = "b";
  ares_options options{};
  options.timeout = kFirstTryMs;
  options.tries = kTries;
  options.lookups = only_dns;
  options.sock_state_cb_data = this;
  options.sock_state_cb = [](void* self, ares_socket_t fd, int readable, int writable) {
    static_cast<Op*>(self)->watch(fd, readable != 0, writable != 0);
  };
  const int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB;
  if (ares_init_options(&channel, &options, mask) != ARES_SUCCESS) {
    channel = nullptr;
    return false;
  }
  return servers.empty() || ares_set_servers_ports_csv(channel, servers.c_str()) == ARES_SUCCESS;
}

void DnsQuery::Op::ask(Half& half, const std::string& name, int family) {
  half.op = this;
  ares_addrinfo_hints hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_DGRAM;
  const auto on_result = [](void* arg, int status, int, ares_addrinfo* result) {
    auto& told = *static_cast<Half*>(arg);
    // While the channel is taken down nobody is left to hear of it.
    if (status != ARES_EDESTRUCTION) told.op->on_answer(told, addresses_of(result));
    if (result != nullptr) ares_freeaddrinfo(result);
  };
  ares_getaddrinfo(channel, name.c_str(), nullptr, &hints, on_result, &half);
}

// Called from inside c-ares, which may not be taken down there: ending is left to the loop.
void DnsQuery::Op::on_answer(Half& half, std::vector<net::IpAddress> addresses) {
  half.answered = true;
  half.addresses = std::move(addresses);
  if (halves[0].answered && halves[1].answered) return loop.post(guarded<&Op::finish>());
  if (!half.addresses.empty()) limit->arm(loop.now() + resolution_delay);
}

void DnsQuery::Op::watch(int fd, bool readable, bool writable) {
  watches.erase(fd);
  if (!readable && !writable) return;
  const auto what = !writable  ? FdWatch::For::reading
                    : readable ? FdWatch::For::both
                               : FdWatch::For::writing;
  auto ready = [weak = weak_from_this(), fd] {
    if (const auto op = weak.lock()) op->process(fd);
  };
  // Without a watch c-ares runs into its own time-out and goes on with the next server.
  if (auto started = FdWatch::start(loop, fd, std::move(ready), what)) {
    watches.emplace(fd, std::move(*started));
  }
}

void DnsQuery::Op::process(int fd) {
  if (channel == nullptr) return;
  ares_process_fd(channel, fd, fd);
  arm_tick();
}

void DnsQuery::Op::arm_tick() {
  timeval left{};
  if (ares_timeout(channel, nullptr, &left) == nullptr) return tick->arm(std::nullopt);
  tick->arm(loop.now() + std::chrono::seconds{left.tv_sec} +
            std::chrono::microseconds{left.tv_usec});
}

void DnsQuery::Op::finish() {
  if (!done) return;
  shut();
  std::vector<net::IpAddress> all = std::move(halves[0].addresses);
  all.insert(all.end(), halves[1].addresses.begin(), halves[1].addresses.end());
  std::exchange(done, nullptr)(std::move(all));
}

void DnsQuery::Op::shut() {
  tick.reset();
  limit.reset();
  // Closing its sockets calls `watch` back, which takes the watches away first.
  if (channel != nullptr) ares_destroy(std::exchange(channel, nullptr));
  watches.clear();
}

DnsQuery::DnsQuery(Loop& loop, const ResolverOptions& options, const std::string& name, Done done)
    : op_(std::make_shared<Op>(loop, std::move(done))) {
  op_->start(options, name);
}

DnsQuery::~DnsQuery() {
  op_->done = nullptr;
  op_->shut();
}

}  // namespace godwit::io
