// SPDX-License-Identifier: Apache-2.0
#include "io/media_ports.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "io/send_error.h"

namespace godwit::io {
namespace {

// Frames of many calls are due every few microseconds: those of a millisecond leave in one turn. A call
// alone never waits for it, and no frame's own time is moved by it.
constexpr Duration kTurn = std::chrono::milliseconds{1};

constexpr int kSystemChoices = 32;  // pairs tried when the system chooses the port

bool is_taken(const Error& error) {
  return error.code == Errc::address_in_use;
}

std::uint16_t even(std::uint16_t port) {
  return static_cast<std::uint16_t>(port & ~1U);
}

net::SocketAddress rtcp_of(const UdpSocket& rtp) {
  return {rtp.local().address, static_cast<std::uint16_t>(rtp.local().port + 1)};
}

}  // namespace

MediaPorts::MediaPorts(Loop& loop, ua::AudioFactory& factory, Random& random,
                       MediaSocketOptions options, std::function<void()> activity)
    : loop_(loop),
      random_(random),
      ports_(options.ports),
      on_socket_(std::move(options.on_socket)),
      activity_(std::move(activity)),
      rack_(factory, random),
      timer_(loop, [this] { on_due(); }) {
  if (auto sockets = PollSet::make(loop, [this] { end_turn(); })) sockets_.emplace(std::move(*sockets));
}

void MediaPorts::execute(const ua::MediaAction& action) {
  if (const auto* wanted = std::get_if<ua::OpenMediaPath>(&action)) return open(*wanted);
  apply(action);
  if (const auto* wanted = std::get_if<ua::ConfigureMedia>(&action)) {
    set_mux(wanted->media, wanted->agreement.rtcp_mux);
  }
  if (const auto* wanted = std::get_if<ua::CloseMediaPath>(&action)) paths_.erase(wanted->path);
  if (const auto* wanted = std::get_if<ua::EndMedia>(&action)) {
    flush();  // the RTCP BYE leaves while there is a socket
    close_paths_of(wanted->media);
  }
}

void MediaPorts::apply(const ua::MediaAction& action) {
  auto caused = rack_.apply(action, loop_.now());
  inputs_.insert(inputs_.end(), std::make_move_iterator(caused.begin()),
                 std::make_move_iterator(caused.end()));
}

void MediaPorts::open(const ua::OpenMediaPath& action) {
  auto path = open_pair(action);
  if (!path) {
    inputs_.emplace_back(ua::MediaPathFailed{action.media, action.path, std::move(path.error())});
    return;
  }
  apply(action);
  inputs_.emplace_back(ua::MediaPathOpened{action.media, action.path, path->rtp.local()});
  paths_.insert_or_assign(action.path, std::move(*path));
}

// RFC 3550 §11: RTP on an even port, RTCP on the next one.
Result<MediaPorts::Path> MediaPorts::open_pair(const ua::OpenMediaPath& action) {
  if (ports_.first == 0) {
    auto path = try_pair(action, 0);
    for (int i = 1; i < kSystemChoices && !path && is_taken(path.error()); ++i) {
      path = try_pair(action, 0);
    }
    return path;
  }
  const auto first = even(static_cast<std::uint16_t>(ports_.first + 1));
  const int pairs = (ports_.last - first + 1) / 2;
  if (pairs <= 0) return fail(Errc::invalid_argument, "media ports: no even port in the range");
  // Starting anywhere makes ports hard to guess and collisions rare.
  const auto start = static_cast<int>(random_.below(static_cast<std::uint64_t>(pairs)));
  auto path = try_pair(action, static_cast<std::uint16_t>(first + 2 * start));
  for (int i = 1; i < pairs && !path && is_taken(path.error()); ++i) {
    path = try_pair(action, static_cast<std::uint16_t>(first + 2 * ((start + i) % pairs)));
  }
  return path;
}

// With port 0 the system chooses one of the two, and its neighbour must be free.
Result<MediaPorts::Path> MediaPorts::try_pair(const ua::OpenMediaPath& action,
                                              std::uint16_t rtp_port) {
  const SocketName rtp_name{action.media, action.path, ua::Channel::rtp};
  auto rtp = open_socket(rtp_name, {action.local, rtp_port}, action.interface);
  if (!rtp) return tl::unexpected<Error>(std::move(rtp.error()));
  const std::uint16_t chosen = rtp->local().port;
  if (chosen != even(chosen)) {
    // The odd one's number is RTCP's: take it again under that name.
    rtp = open_socket(rtp_name, {action.local, even(chosen)}, action.interface);
    if (!rtp) return tl::unexpected<Error>(std::move(rtp.error()));
  }
  auto rtcp = open_socket({action.media, action.path, ua::Channel::rtcp}, rtcp_of(*rtp), action.interface);
  if (!rtcp) return tl::unexpected<Error>(std::move(rtcp.error()));
  return Path{action.media, std::move(*rtp), std::move(*rtcp), action.interface};
}

Result<UdpSocket> MediaPorts::open_socket(const SocketName& name, const net::SocketAddress& local,
                                          const std::string& interface) {
  UdpHandlers handlers;
  handlers.on_datagram = [this, name](const Datagram& datagram) {
    rack_.on_packet(name.media,
                    {name.path, name.channel, datagram.remote, datagram.bytes, datagram.arrived},
                    loop_.now());
  };
  // Before a far end listens, and after it has hung up, ICMP is the rule rather than a failure.
  handlers.on_unreachable = [](const net::SocketAddress&, std::error_code) {};
  handlers.on_drained = [this] { end_turn(); };
  UdpOptions options;
  options.setup = {SocketUse::media, {interface, kExpeditedForwarding}, on_socket_};
  options.among = sockets_ ? &*sockets_ : nullptr;
  return UdpSocket::open(loop_, local, options, std::move(handlers));
}

// Where the port of RTCP is somebody else's by now, ours leaves by RTP's socket and theirs is
// missed.
void MediaPorts::set_mux(ua::MediaId media, bool agreed) {
  for (auto& [id, path] : paths_) {
    if (path.media != media || agreed == !path.rtcp) continue;
    path.rtcp.reset();
    if (agreed) continue;
    auto again = open_socket({media, id, ua::Channel::rtcp}, rtcp_of(path.rtp), path.interface);
    if (again) path.rtcp.emplace(std::move(*again));
  }
}

/// All that had something to read have been read.
void MediaPorts::end_turn() {
  flush();
  activity_();
}

void MediaPorts::close_paths_of(ua::MediaId media) {
  std::erase_if(paths_, [&](const auto& entry) { return entry.second.media == media; });
}

void MediaPorts::flush() {
  const TimePoint now = loop_.now();
  rack_.flush(
      [this](ua::MediaId media, const media::Transmit& packet) { return send(media, packet); },
      now);
  const auto due = rack_.next_deadline();
  timer_.arm(due ? std::optional(std::max(*due, woken_at_ + kTurn)) : std::nullopt);
}

bool MediaPorts::send(ua::MediaId, const media::Transmit& packet) {
  const auto path = paths_.find(packet.path);
  if (path == paths_.end()) return false;
  Path& used = path->second;
  UdpSocket& socket = packet.channel == ua::Channel::rtcp && used.rtcp ? *used.rtcp : used.rtp;
  const net::IpAddress& from = socket.local().address;
  const auto error = socket.send(from, packet.to, packet.bytes);
  return !error || judge_send_error(error, from) == SendVerdict::lost;
}

std::vector<ua::Input> MediaPorts::take_inputs() {
  auto reports = rack_.take_reports(loop_.now());
  inputs_.insert(inputs_.end(), std::make_move_iterator(reports.begin()),
                 std::make_move_iterator(reports.end()));
  return std::exchange(inputs_, {});
}

std::optional<media::Statistics> MediaPorts::statistics(ua::MediaId media) const {
  return rack_.statistics(media, loop_.now());
}

void MediaPorts::on_due() {
  woken_at_ = loop_.now();
  rack_.on_timeout(woken_at_);
  end_turn();
}

}  // namespace godwit::io
