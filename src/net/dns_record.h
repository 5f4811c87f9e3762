// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "net/ip_address.h"

namespace godwit::net {

/// The kinds of records that lead to a SIP server (RFC 3263).
enum class DnsType : std::uint8_t { a, aaaa, srv, naptr };

/// Names are lower case, without the dot at the end; the root is "".
struct SrvRecord {  // RFC 2782
  std::uint16_t priority = 0;
  std::uint16_t weight = 0;
  std::uint16_t port = 0;
  std::string target;  ///< "": the service is decidedly not there

  auto operator<=>(const SrvRecord&) const = default;
};

struct NaptrRecord {  // RFC 3403
  std::uint16_t order = 0;
  std::uint16_t preference = 0;
  std::string flags;
  std::string services;
  std::string regexp;
  std::string replacement;

  auto operator<=>(const NaptrRecord&) const = default;
};

/// What came of one question. Aliases (CNAME) have been followed.
struct DnsAnswer {
  enum class Status : std::uint8_t {
    found,         ///< records of the type that was asked for
    no_data,       ///< the name exists, without records of that type
    no_such_name,  ///< NXDOMAIN
    failed,        ///< refused, server failure, unreadable, or no answer from any server
  };
  Status status = Status::failed;
  std::vector<IpAddress> addresses;   ///< of an A or AAAA question, as they came
  std::vector<SrvRecord> services;    ///< of an SRV question
  std::vector<NaptrRecord> pointers;  ///< of a NAPTR question
  /// How long it may be kept: the least TTL on the way; of a negative answer its SOA's (RFC 2308).
  /// Zero: use once.
  std::chrono::seconds ttl{};
  bool from_hosts_file = false;  ///< the name stands in the hosts file, which outranks DNS

  bool operator==(const DnsAnswer&) const = default;
};

}  // namespace godwit::net
