// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "io/loop.h"
#include "net/ip_address.h"

namespace godwit::io {

struct ResolverOptions;

/// One name asked of DNS, A and AAAA at the same time, with name servers and sockets of its own.
/// Destroying it cancels silently.
class DnsQuery {
 public:
  using Done = std::function<void(std::vector<net::IpAddress>)>;

  /// `done` runs once, from the loop, never from inside the constructor; it may destroy the query.
  DnsQuery(Loop& loop, const ResolverOptions& options, const std::string& name, Done done);
  ~DnsQuery();
  DnsQuery(const DnsQuery&) = delete;
  DnsQuery& operator=(const DnsQuery&) = delete;

 private:
  struct Op;
  std::shared_ptr<Op> op_;
};

}  // namespace godwit::io
