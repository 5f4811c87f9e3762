// SPDX-License-Identifier: Apache-2.0
#include "transport_settings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <utility>

#include "base/text.h"
#include "net/socket_address.h"
#include "sip/message/dial_target.h"

namespace godwit::cli {
namespace {

constexpr std::uint16_t kDnsPort = 53;

void add_tls_options(const Verb& verb, TransportSettings& settings) {
  const std::string group = "TLS";
  TlsOptions& tls = settings.tls;
  verb.text({"--tls-ca", "Trust these authorities (PEM); default: the system's", "FILE", group},
            tls.ca_file);
  verb.text({"--tls-cert", "Our certificate with its chain (PEM); default: none", "FILE", group},
            tls.certificate_file);
  verb.text({"--tls-key", "Its private key (PEM)", "FILE", group}, tls.private_key_file);
  verb.flag({"--tls-no-verify", "Take any certificate: for tests only", "", group},
            settings.tls_no_verify);
  verb.flag({"--tls-wildcards",
             "Let *.example.org stand for sip.example.org; RFC 5922 forbids it, some carriers "
             "need it",
             "", group},
            tls.allow_wildcards);
  verb.text({"--tls-keylog", "Append session secrets for Wireshark: who has them reads the calls",
             "FILE", group},
            tls.key_log_file);
}

Result<void> must_be_readable(const char* option, const std::string& file) {
  if (file.empty() || ::access(file.c_str(), R_OK) == 0) return {};
  return fail(Errc::invalid_argument, fmt::format("{} {}: {}", option, file, std::strerror(errno)));
}

Result<TlsOptions> tls_options(const TransportSettings& settings) {
  TlsOptions tls = settings.tls;
  tls.verify = !settings.tls_no_verify;
  for (const auto& [option, file] : {std::pair{"--tls-ca", &tls.ca_file},
                                     {"--tls-cert", &tls.certificate_file},
                                     {"--tls-key", &tls.private_key_file}}) {
    if (auto readable = must_be_readable(option, *file); !readable) {
      return tl::unexpected(readable.error());
    }
  }
  if (tls.certificate_file.empty() != tls.private_key_file.empty()) {
    return fail(Errc::invalid_argument, "--tls-cert and --tls-key belong together");
  }
  return tls;
}

Result<BindOptions> bind_options(const TransportSettings& settings) {
  BindOptions bind = settings.bind;
  bind.dscp = static_cast<std::uint8_t>(settings.dscp);
  if (!bind.address.empty() && !net::IpAddress::parse(bind.address)) {
    return fail(
        Errc::invalid_argument,
        fmt::format("--bind {}: not an address like 192.0.2.1 or 2001:db8::1", bind.address));
  }
  for (const std::string& text : settings.public_addresses) {
    const auto address = net::IpAddress::parse(text);
    if (!address) {
      return fail(
          Errc::invalid_argument,
          fmt::format("--public-address {}: not an address like 192.0.2.1 or 2001:db8::1", text));
    }
    (address->is_v4() ? bind.public_address_v4 : bind.public_address_v6) = to_string(*address);
  }
  return bind;
}

Result<std::vector<InterfaceRule>> interface_rules(const TransportSettings& settings) {
  static const std::map<std::string, InterfaceUse> kUses{
      {"prefer", InterfaceUse::prefer},
      {"standby", InterfaceUse::standby},
      {"last-resort", InterfaceUse::last_resort},
      {"never", InterfaceUse::never}};
  std::vector<InterfaceRule> rules;
  for (const std::string& text : settings.interface_use) {
    const auto sign = text.find('=');
    const auto use = kUses.find(sign == std::string::npos ? "" : text.substr(sign + 1));
    if (sign == 0 || use == kUses.end()) {
      return fail(Errc::invalid_argument,
                  fmt::format("--interface-use {}: not like wifi=prefer or lte0=last-resort", text));
    }
    rules.push_back({text.substr(0, sign), use->second});
  }
  return rules;
}

Result<ListenOptions> listener(const std::string& text) {
  const auto colon = text.find(':');
  const std::string transport = text.substr(0, colon);
  const std::string address = colon == std::string::npos ? "" : text.substr(colon + 1);
  if ((transport != "tcp" && transport != "tls") || !net::SocketAddress::parse(address)) {
    return fail(
        Errc::invalid_argument,
        fmt::format("--listen {}: not like tcp:192.0.2.1:5060 or tls:[2001:db8::1]:5061", text));
  }
  return ListenOptions{
      transport == "tls" ? ListenOptions::Transport::tls : ListenOptions::Transport::tcp, address};
}

Result<std::vector<ListenOptions>> listeners(const TransportSettings& settings) {
  std::vector<ListenOptions> all;
  for (const std::string& text : settings.listen) {
    auto one = listener(text);
    if (!one) return tl::unexpected(one.error());
    if (one->transport == ListenOptions::Transport::tls && settings.tls.certificate_file.empty()) {
      return fail(Errc::invalid_argument,
                  fmt::format("--listen {} wants --tls-cert and --tls-key", text));
    }
    all.push_back(std::move(*one));
  }
  return all;
}

}  // namespace

void add_finding_options(const Verb& verb, TransportSettings& settings) {
  const std::string group = "Network";
  verb.word({"--transport", "udp, tcp or tls to the server; default: as its URI and DNS say",
             "NAME", group},
            settings.transport, {"udp", "tcp", "tls"});
  verb.texts({"--dns",
              "Ask this DNS server, 192.0.2.53 or [2001:db8::53]:5353; may be given several times; "
              "default: the system's",
              "ADDRESS", group},
             settings.dns);
  verb.flag({"--ipv4", "IPv4 only", "", group}, settings.only_v4);
  verb.flag({"--ipv6", "IPv6 only", "", group}, settings.only_v6);
  verb.flag({"--prefer-ipv4", "IPv4 first where both work", "", group}, settings.prefer_v4);
  verb.flag({"--prefer-ipv6", "IPv6 first where both work; default: as RFC 6724 says", "", group},
            settings.prefer_v6);
}

void add_transport_options(const Verb& verb, TransportSettings& settings) {
  constexpr Limits<int> kCodePoints{0, 63};
  constexpr Limits<int> kIntervals{0, 24 * 3600};
  const std::string group = "Network";
  add_finding_options(verb, settings);
  verb.text({"--bind", "Send from this local address; default: as routed", "ADDRESS", group},
            settings.bind.address);
  verb.text({"--interface", "Never leave by another interface; default: any", "NAME", group},
            settings.bind.interface);
  verb.number({"--dscp", "Code point of SIP packets, 0 to 63; default 0", "NUMBER", group},
              settings.dscp, kCodePoints);
  verb.texts({"--public-address",
              "What we say we are behind a fixed NAT; once for each family; default: the local "
              "address",
              "ADDRESS", group},
             settings.public_addresses);
  verb.text({"--stun-server",
             "Ask there which address a NAT gives to sound, stun.example.org or 192.0.2.1:3479; default: nobody",
             "PLACE", group},
            settings.stun_server);
  verb.texts({"--listen",
              "Take connections, as tcp:192.0.2.1:5060 or tls:[::]:5061; port 0: any; may be given "
              "several times; default: none",
              "PLACE", group},
             settings.listen);
  verb.number({"--keep-alive",
               "Seconds between keep-alives on TCP and TLS, 0 to 86400; default 100; 0: none",
               "SECONDS", group},
              settings.stream_keep_alive, kIntervals);
  verb.number({"--udp-keep-alive", "The same over UDP; default 25; 0: none", "SECONDS", group},
              settings.udp_keep_alive, kIntervals);
  verb.number(
      {"--udp-keep-alive-longest",
       "Search for how rare they may be behind the NAT, up to so many; default 0: no search",
       "SECONDS", group},
      settings.udp_keep_alive_longest, kIntervals);
  verb.texts({"--interface-use",
              "What an interface is used for, as NAME=USE; NAME: wlan0, wl*, or ethernet, wifi, "
              "cellular, vpn, "
              "other; USE: prefer, standby, last-resort or never; may be given several times, the "
              "first that "
              "matches counts; default: a VPN and what is metered are the last resort, cellular "
              "networks stand "
              "by, others are preferred",
              "RULE", group},
             settings.interface_use);
  verb.texts({"--metered",
              "Every byte costs on this interface: it is not kept ready; NAME as in --interface-use; may be "
              "given several times; default: none",
              "NAME", group},
             settings.metered);
  verb.flag({"--no-warm-standby",
             "Register over the network that carries alone; default: over every one that is to be kept ready, "
             "where the registrar knows outbound (RFC 5626)",
             "", group},
            settings.no_warm_standby);
  add_tls_options(verb, settings);
}

Result<std::vector<std::string>> dns_servers(const TransportSettings& settings) {
  std::vector<std::string> servers;
  for (const std::string& text : settings.dns) {
    auto server = net::SocketAddress::parse(text);
    if (const auto address = net::IpAddress::parse(text)) server = {*address, kDnsPort};
    if (!server || server->port == 0) {
      return fail(Errc::invalid_argument,
                  fmt::format("--dns {}: not like 192.0.2.53 or [2001:db8::53]:5353", text));
    }
    servers.push_back(to_string(*server));
  }
  return servers;
}

Result<FamilyUse> families(const TransportSettings& settings) {
  FamilyUse use = FamilyUse::any;
  int given = 0;
  for (const auto& [wanted, meaning] : {std::pair{settings.only_v4, FamilyUse::only_v4},
                                        {settings.only_v6, FamilyUse::only_v6},
                                        {settings.prefer_v4, FamilyUse::prefer_v4},
                                        {settings.prefer_v6, FamilyUse::prefer_v6}}) {
    if (!wanted) continue;
    use = meaning;
    ++given;
  }
  if (given <= 1) return use;
  return fail(Errc::invalid_argument,
              "--ipv4, --ipv6, --prefer-ipv4 and --prefer-ipv6 exclude each other");
}

Result<void> apply(const TransportSettings& settings, UserAgentOptions& options) {
  auto servers = dns_servers(settings);
  if (!servers) return tl::unexpected(servers.error());
  const auto use = families(settings);
  if (!use) return tl::unexpected(use.error());
  auto bind = bind_options(settings);
  if (!bind) return tl::unexpected(bind.error());
  auto tls = tls_options(settings);
  if (!tls) return tl::unexpected(tls.error());
  auto accepting = listeners(settings);
  if (!accepting) return tl::unexpected(accepting.error());

  auto rules = interface_rules(settings);
  if (!rules) return tl::unexpected(rules.error());

  options.network.interfaces = std::move(*rules);
  options.network.metered = settings.metered;
  options.network.warm_standby = !settings.no_warm_standby;
  options.transport.stream_keep_alive = std::chrono::seconds(settings.stream_keep_alive);
  options.transport.udp_keep_alive = std::chrono::seconds(settings.udp_keep_alive);
  options.transport.udp_keep_alive_longest = std::chrono::seconds(settings.udp_keep_alive_longest);
  options.stun_server = settings.stun_server;
  options.dns_servers = std::move(*servers);
  options.transport.families = *use;
  // Sound goes the way of the call where that is a matter of "only", not of taste.
  if (*use == FamilyUse::only_v4 || *use == FamilyUse::only_v6) options.media_families = *use;
  options.transport.bind = std::move(*bind);
  options.transport.tls_options = std::move(*tls);
  options.transport.listeners = std::move(*accepting);
  return {};
}

Result<std::string> with_transport(const std::string& uri, const std::string& transport) {
  if (transport.empty()) return uri;
  auto target = sip::read_dial_target(uri, nullptr);
  if (!target) return tl::unexpected(target.error());
  sip::Uri& address = target->address.uri;
  const std::string* const said = find_parameter(address.parameters, "transport");
  if (said != nullptr && !equal_ignoring_case(*said, transport)) {
    return fail(Errc::invalid_argument,
                fmt::format("--transport {}, but {} asks for {}", transport, uri, *said));
  }
  if (address.scheme == "sips" && transport == "udp") {
    return fail(Errc::invalid_argument, fmt::format("--transport udp, but {} asks for TLS", uri));
  }
  if (said == nullptr) set_parameter(address.parameters, "transport", transport);
  return to_string(address);
}

}  // namespace godwit::cli
