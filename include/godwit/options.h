// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "godwit/log.h"
#include "godwit/time.h"

namespace godwit {

/// Default lifetime asked of a registrar over plain UDP: short, because while we are away the old
/// address may come to belong to somebody else.
inline constexpr std::chrono::seconds kDefaultExpires{300};

/// How long a network must be quiet before it is acted on, when nothing in use is broken.
struct SettlePolicy {
  Duration quiet = std::chrono::milliseconds{250};  ///< range 0 to 2 s
  Duration longest = std::chrono::seconds{2};       ///< act after this even without quiet
};

/// What is done when the network changes (docs/network-change.md).
struct NetworkPolicy {
  bool automatic = true;                        ///< watch the system; false: only `notify_network_changed()`
  SettlePolicy settle;
  Duration gap_limit = std::chrono::seconds{60};  ///< a call without network is dropped after this
  bool refresh_calls = true;                    ///< false: no in-dialog request because of a change
  bool prefer_update = true;                    ///< UPDATE where the peer's Allow lists it (RFC 3311)
};

/// Where RTP is bound: even ports from `first` to `last` (RFC 3550 §11); 0 and 0: the system chooses.
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
};

/// What a whole user agent is made with.
struct UserAgentOptions {
  std::string user_agent;      ///< User-Agent field; empty: "godwit/<version>"
  std::uint16_t sip_port = 0;  ///< local UDP port, kept across changes; 0: the system chooses once
  PortRange media_ports;
  std::string hosts_file;  ///< names looked up here first, in hosts(5) form; empty: /etc/hosts
  NetworkPolicy network;
  LogSink log;     ///< default: drop
  MessageTap tap;  ///< default: none
};

/// An identity and its server.
struct AccountOptions {
  std::string address_of_record;  ///< "sip:alice@example.org"; required
  std::string display_name;
  std::string registrar;       ///< "sip:example.org:5060"; empty: the domain of `address_of_record`
  std::string outbound_proxy;  ///< "sip:proxy.example.org;lr"; empty: the registrar
  std::string username;        ///< for digest; empty: the user part of `address_of_record`
  std::string password;        ///< empty: challenges are not answered
};

/// What the far end hears from us in a call.
struct PlaySource {
  enum class Kind { silence, tone, file, echo };
  Kind kind = Kind::silence;
  int tone_hz = 440;      ///< 50 to 3,400
  std::string file;       ///< anything libsndfile reads, resampled to the codec's rate
  bool loop = false;      ///< start again at the end of the file
};

/// How one call is made or answered.
struct CallOptions {
  PlaySource play;
  std::string record_file;                          ///< WAV written with what we hear; empty: none
  std::chrono::seconds answer_timeout{60};          ///< outgoing: give up after this; 1 s to 1 h
  std::vector<std::string> codecs = {"PCMU", "PCMA"};  ///< in order of preference
};

}  // namespace godwit
