// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "net/ip_address.h"
#include "sdp/grammar.h"

namespace godwit::sdp {

/// Where a candidate is: a literal address, or a name (an mDNS name: "4f1c....local").
struct CandidateAddress {
  std::variant<net::IpAddress, std::string> host;
  std::uint16_t port = 0;
  bool operator==(const CandidateAddress&) const = default;
};

/// `a=candidate` (RFC 8839 §5.1; tcptype: RFC 6544 §4.5).
struct Candidate {
  std::string foundation;       // 1 to 32 of letters, digits, "+", "/"
  std::uint16_t component = 1;  // 1 is RTP, 2 RTCP; up to 256
  std::string transport = "UDP";
  std::uint32_t priority = 1;  // above 0
  CandidateAddress address;
  std::string type;                         // "host", "srflx", "prflx", "relay"
  std::optional<CandidateAddress> related;  // raddr and rport
  std::string tcp_type;                     // "active", "passive", "so"; "" for UDP
  std::vector<std::pair<std::string, std::string>> extensions;  // "generation" "0"
  bool operator==(const Candidate&) const = default;
};

/// What is between the colon of a=candidate and the end of the line.
[[nodiscard]] Scanned<Candidate> parse_candidate(std::string_view value);
[[nodiscard]] std::string to_string(const Candidate& candidate);

/// One of the list in `a=remote-candidates` (RFC 8839 §5.2).
struct RemoteCandidate {
  std::uint16_t component = 1;
  CandidateAddress address;
  bool operator==(const RemoteCandidate&) const = default;
};
[[nodiscard]] Scanned<std::vector<RemoteCandidate>> parse_remote_candidates(std::string_view value);
[[nodiscard]] std::string to_string(const std::vector<RemoteCandidate>& candidates);

}  // namespace godwit::sdp
