// SPDX-License-Identifier: Apache-2.0
#include "sdp/candidate.h"

#include <algorithm>

#include "base/limits.h"

namespace godwit::sdp {
namespace {

constexpr std::size_t kFoundationBytes = 32;
constexpr std::uint16_t kLastComponent = 256;

std::optional<Fault> take_component(Words& words, std::uint16_t& component) {
  const auto number = read_number<std::uint16_t>(words.next());
  if (!number || *number == 0 || *number > kLastComponent) {
    return Fault{"expected a component of 1 to 256", words.at()};
  }
  component = *number;
  return std::nullopt;
}

std::optional<Fault> take_host(Words& words, CandidateAddress& address) {
  const std::string_view word = words.next();
  if (const auto ip = net::IpAddress::parse(word)) {
    address.host = *ip;
    return std::nullopt;
  }
  if (!is_host_name(word)) return Fault{"expected an IP address or a host name", words.at()};
  address.host = std::string(word);
  return std::nullopt;
}

std::optional<Fault> take_port(Words& words, CandidateAddress& address) {
  const auto port = read_number<std::uint16_t>(words.next());
  if (!port) return Fault{"expected a port of 0 to 65535", words.at()};
  address.port = *port;
  return std::nullopt;
}

std::string host_text(const CandidateAddress& address) {
  const auto* const ip = std::get_if<net::IpAddress>(&address.host);
  return ip != nullptr ? net::to_string(*ip) : std::get<std::string>(address.host);
}

// foundation SP component-id SP transport SP priority SP connection-address SP port SP "typ" SP
// type
std::optional<Fault> take_fixed_part(Words& words, Candidate& candidate) {
  candidate.foundation = words.next();
  if (!is_ice_text(candidate.foundation) || candidate.foundation.size() > kFoundationBytes) {
    return Fault{"expected a foundation of 1 to 32 letters, digits, \"+\" or \"/\"", words.at()};
  }
  if (const auto wrong = take_component(words, candidate.component)) return wrong;
  candidate.transport = words.next();
  if (!is_token(candidate.transport)) return Fault{"expected a transport, such as UDP", words.at()};
  // RFC 8839 §5.1 ends at 2^31-1; more is in use, and compares as well.
  candidate.priority = read_number<std::uint32_t>(words.next()).value_or(0);
  if (candidate.priority == 0) return Fault{"expected a priority of 1 to 2^32-1", words.at()};
  if (const auto wrong = take_host(words, candidate.address)) return wrong;
  if (const auto wrong = take_port(words, candidate.address)) return wrong;
  if (!equal_ignoring_case(words.next(), "typ")) return Fault{"expected \"typ\"", words.at()};
  candidate.type = words.next();
  if (!is_token(candidate.type)) return Fault{"expected a type, such as host", words.at()};
  return std::nullopt;
}

/// Reads the value of the pair whose name was just taken.
std::optional<Fault> take_pair(Words& words, std::string_view name, Candidate& candidate) {
  if (name == "raddr" && !candidate.related) {
    candidate.related.emplace();
    return take_host(words, *candidate.related);
  }
  if (name == "rport") {
    if (!candidate.related) return Fault{"expected raddr before rport", words.at()};
    return take_port(words, *candidate.related);
  }
  const std::string_view value = words.next();
  if (value.empty()) return Fault{"expected a value after the name of an extension", words.at()};
  if (name == "tcptype" && candidate.tcp_type.empty()) {
    candidate.tcp_type = value;
  } else {
    candidate.extensions.emplace_back(name, value);
  }
  return std::nullopt;
}

}  // namespace

Scanned<Candidate> parse_candidate(std::string_view value) {
  Words words(value);
  Candidate candidate;
  if (const auto wrong = take_fixed_part(words, candidate)) return tl::unexpected(*wrong);
  for (auto name = words.next(); !name.empty(); name = words.next()) {
    if (const auto wrong = take_pair(words, name, candidate)) return tl::unexpected(*wrong);
  }
  return candidate;
}

std::string to_string(const Candidate& candidate) {
  std::string text = candidate.foundation + ' ' + std::to_string(candidate.component) + ' ' +
                     candidate.transport + ' ' + std::to_string(candidate.priority) + ' ' +
                     host_text(candidate.address) + ' ' + std::to_string(candidate.address.port) +
                     " typ " + candidate.type;
  if (candidate.related) {
    text += " raddr " + host_text(*candidate.related) + " rport " +
            std::to_string(candidate.related->port);
  }
  if (!candidate.tcp_type.empty()) text += " tcptype " + candidate.tcp_type;
  for (const auto& [name, value] : candidate.extensions) text += ' ' + name + ' ' + value;
  return text;
}

// remote-candidate = component-ID SP connection-address SP port
Scanned<std::vector<RemoteCandidate>> parse_remote_candidates(std::string_view value) {
  std::vector<RemoteCandidate> candidates;
  for (Words words(value);;) {
    if (candidates.size() == limits::kCandidates) {
      return fault("expected at most 100 remote candidates", words.at());
    }
    RemoteCandidate candidate;
    if (const auto wrong = take_component(words, candidate.component)) {
      return tl::unexpected(*wrong);
    }
    if (const auto wrong = take_host(words, candidate.address)) return tl::unexpected(*wrong);
    if (const auto wrong = take_port(words, candidate.address)) return tl::unexpected(*wrong);
    candidates.push_back(std::move(candidate));
    if (Words(words).next().empty()) return candidates;
  }
}

std::string to_string(const std::vector<RemoteCandidate>& candidates) {
  std::string text;
  for (const RemoteCandidate& candidate : candidates) {
    if (!text.empty()) text += ' ';
    text += std::to_string(candidate.component) + ' ' + host_text(candidate.address) + ' ' +
            std::to_string(candidate.address.port);
  }
  return text;
}

}  // namespace godwit::sdp
