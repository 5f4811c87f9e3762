// SPDX-License-Identifier: Apache-2.0
#include "server/stored_binding.h"

#include <algorithm>
#include <limits>
#include <string_view>

namespace godwit::server {
namespace {

using std::chrono::seconds;

/// Far beyond every lifetime, and no Duration is exceeded by it.
constexpr std::int64_t kLongest = 1'000'000'000;

tl::unexpected<Error> unreadable(std::string_view part, std::string_view text) {
  return fail(Errc::malformed_message, std::string(part) + " \"" + std::string(text) + '"');
}

std::optional<std::uint32_t> to_u32(std::int64_t value) {
  if (value < 0 || value > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return static_cast<std::uint32_t>(value);
}

/// Both ends of a flow of datagrams.
std::optional<net::Flow> read_flow(std::string_view text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto local = net::SocketAddress::parse(text.substr(0, space));
  const auto remote = net::SocketAddress::parse(text.substr(space + 1));
  if (!local || !remote || local->family() != remote->family()) return std::nullopt;
  return net::Flow{{}, net::Transport::udp, *local, *remote};
}

Result<std::vector<sip::NameAddr>> read_path(std::string_view text) {
  std::vector<sip::NameAddr> path;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto proxy = sip::parse_name_addr(text.substr(0, end));
    if (!proxy) return unreadable("path", text.substr(0, end));
    path.push_back(*std::move(proxy));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return path;
}

}  // namespace

std::optional<StoredBinding> to_stored(const Binding& binding, const Moment& moment) {
  if (binding.lost) return std::nullopt;
  StoredBinding stored;
  if (const auto& flow = binding.connection) {
    if (flow->transport == net::Transport::udp) {
      stored.flow = to_string(flow->local) + ' ' + to_string(flow->remote);
    } else if (only_leads_back(binding, *flow)) {
      return std::nullopt;
    }
  }
  stored.contact = to_string(sip::NameAddr{{}, binding.contact, binding.parameters});
  stored.call_id = binding.call_id;
  stored.cseq = binding.cseq;
  const auto left = std::chrono::floor<seconds>(binding.expires_at - moment.now);
  stored.expires_at = (moment.wall + left).time_since_epoch().count();
  stored.reg_id = binding.reg_id;
  stored.instance = binding.instance;
  for (const sip::NameAddr& proxy : binding.path) {
    if (!stored.path.empty()) stored.path += '\n';
    stored.path += to_string(proxy);
  }
  return stored;
}

Result<Binding> from_stored(const StoredBinding& stored, const Moment& moment) {
  auto contact = sip::parse_name_addr(stored.contact);
  if (!contact || !contact->uri.is_sip()) return unreadable("contact", stored.contact);
  const auto cseq = to_u32(stored.cseq);
  if (!cseq) return unreadable("cseq", std::to_string(stored.cseq));
  const auto reg_id = to_u32(stored.reg_id);
  if (!reg_id) return unreadable("reg_id", std::to_string(stored.reg_id));
  auto path = read_path(stored.path);
  if (!path) return tl::unexpected<Error>(path.error());
  Binding binding;
  binding.contact = std::move(contact->uri);
  binding.parameters = std::move(contact->parameters);
  binding.call_id = stored.call_id;
  binding.cseq = *cseq;
  binding.reg_id = *reg_id;
  binding.instance = stored.instance;
  binding.path = *std::move(path);
  if (!stored.flow.empty()) {
    binding.connection = read_flow(stored.flow);
    if (!binding.connection) return unreadable("flow", stored.flow);
  }
  const std::int64_t wall = moment.wall.time_since_epoch().count();
  const std::int64_t end = std::clamp(stored.expires_at, wall - kLongest, wall + kLongest);
  binding.expires_at = moment.now + seconds(end - wall);
  return binding;
}

}  // namespace godwit::server
