// SPDX-License-Identifier: Apache-2.0
#include "ua/media_mapping.h"

#include <algorithm>
#include <charconv>

#include "base/earlier_of.h"
#include "sip/transport/seen_address.h"

namespace godwit::ua {
namespace {

bool is_of_a_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

}  // namespace

std::optional<StunServer> read_stun_server(std::string_view text) {
  StunServer server;
  const auto colon = text.find(':');
  if (colon != std::string_view::npos) {
    const auto digits = text.substr(colon + 1);
    const char* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, server.port);
    if (read.ec != std::errc{} || read.ptr != end || server.port == 0) return std::nullopt;
  }
  server.host = text.substr(0, colon);
  if (server.host.empty() || !std::ranges::all_of(server.host, is_of_a_name)) return std::nullopt;
  return server;
}

MediaMapping::MediaMapping(MediaId media, const MediaRoute& route, const Context& context)
    : media_(media),
      route_(route),
      context_(context),
      server_(read_stun_server(context.options.stun_server)) {}

void MediaMapping::on_opened(PathId path, const net::SocketAddress& rtp, TimePoint now) {
  const bool known = std::ranges::find(without_nat_, rtp.address) != without_nat_.end() ||
                     route_.named(rtp) != rtp;  // a fixed NAT's address was given
  const bool useless = rtp.address.is_loopback() || rtp.address.is_link_local();
  if (!server_ || anchored_ || known || useless) return;
  asked_.push_back({.path = path, .rtp = rtp, .wait_until = now + patience_});
  ask(asked_.back(), now);
}

std::optional<net::IpAddress> MediaMapping::address_of_server(TimePoint now) {
  if (!server_address_) server_address_ = net::IpAddress::parse(server_->host);
  if (server_address_) return server_address_;
  const auto found = route_.address_of({.name = server_->host}, now);
  if (const auto* error = std::get_if<Error>(&found)) {
    context_.out.log(LogLevel::warning, "media", server_->host,
                     "no STUN server there: " + error->detail);
    server_.reset();
  }
  if (const auto* address = std::get_if<net::IpAddress>(&found)) server_address_ = *address;
  return server_address_;
}

void MediaMapping::give_up(Asked& asked) {
  asked.hopeless = true;
  asked.wait_until.reset();
}

void MediaMapping::ask(Asked& asked, TimePoint now) {
  const auto address = address_of_server(now);
  if (!address) {
    if (!server_ && asked.wait_until) asked.wait_until = now;
    return;
  }
  // From IPv6 only what a NAT64 makes of it is worth asking for.
  if (!asked.rtp.address.is_v4() && !address->is_v4()) return give_up(asked);
  const auto form = route_.form_in(asked.rtp.family(), *address, now);
  if (std::holds_alternative<MediaRoute::Pending>(form)) return;
  const auto* reached = std::get_if<net::IpAddress>(&form);
  if (reached == nullptr) return give_up(asked);
  asked.server = net::SocketAddress{*reached, server_->port};
  context_.out.media(AskMediaAddress{media_, asked.path, *asked.server});
}

bool MediaMapping::ask_again(TimePoint now) {
  bool any = false;
  for (Asked& asked : asked_) {
    if (!server_ || !asked.outside) continue;
    asked.wait_until = now + patience_;
    ask(asked, now);
    any = true;
  }
  return any;
}

void MediaMapping::pump(TimePoint now) {
  for (Asked& asked : asked_) {
    if (server_ && !asked.server && !asked.hopeless) ask(asked, now);
  }
}

void MediaMapping::on_closed(PathId path) {
  std::erase_if(asked_, [&](const Asked& asked) { return asked.path == path; });
}

void MediaMapping::on_seen(const media::AddressSeen& seen) {
  const auto at = std::ranges::find(asked_, seen.path, &Asked::path);
  if (at == asked_.end() || !at->server) return;
  at->wait_until.reset();
  patience_ = seen.round_trip ? std::max<Duration>(2 * *seen.round_trip, kLeastPatience)
                              : Duration{kPatience};
  net::Flow asked{.id = {}, .local = at->rtp, .remote = *at->server};
  if (!at->rtp.address.is_v4()) {  // through a NAT64, for which the server is one of IPv4
    asked.local.address = net::IpAddress::any(net::Family::v4);
    asked.remote.address = server_address_.value_or(asked.remote.address);
  }
  if (!seen.address || !sip::can_be_ours(*seen.address, asked)) return;
  if (*seen.address == at->rtp) {
    without_nat_.push_back(at->rtp.address);
    return;
  }
  at->outside = seen.address;
  context_.out.log(LogLevel::info, "media", net::to_string(at->rtp),
                   "others see " + net::to_string(*seen.address));
}

void MediaMapping::on_heard(PathId path, const std::optional<net::SocketAddress>& remote) {
  const auto at = std::ranges::find(asked_, path, &Asked::path);
  if (at == asked_.end() || at->outside || at->wait_until || !remote) return;
  if (at->rtp.address.is_private() && !remote->address.is_private()) anchored_ = true;
}

void MediaMapping::on_timeout(TimePoint now) {
  for (Asked& asked : asked_) {
    if (!asked.wait_until || now < *asked.wait_until) continue;
    asked.wait_until.reset();
    patience_ = {};  // who has not answered is not waited for again until it does
  }
}

std::optional<TimePoint> MediaMapping::next_deadline() const {
  std::optional<TimePoint> first;
  for (const Asked& asked : asked_) first = earlier_of(first, asked.wait_until);
  return first;
}

bool MediaMapping::waits(PathId path) const {
  const auto at = std::ranges::find(asked_, path, &Asked::path);
  return at != asked_.end() && at->wait_until;
}

net::SocketAddress MediaMapping::named(const net::SocketAddress& rtp, bool by_v4) const {
  const auto fixed = route_.named(rtp);
  if (fixed != rtp) return fixed;
  const auto at = std::ranges::find(asked_, rtp, &Asked::rtp);
  if (at == asked_.end() || (!rtp.address.is_v4() && !by_v4)) return rtp;
  return at->outside.value_or(rtp);
}

}  // namespace godwit::ua
