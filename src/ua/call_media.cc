// SPDX-License-Identifier: Apache-2.0
#include "ua/call_media.h"

#include <algorithm>
#include <utility>

#include "base/earlier_of.h"

namespace godwit::ua {
namespace {

// RFC 8866 §5.2 wants a number that fits 63 bits; many peers read it into a signed integer.
std::uint64_t random_session_id(Random& random) {
  return random.u32() & 0x7fffffffU;
}

}  // namespace

CallMedia::CallMedia(MediaId id, const Identity& identity, sdp::SoundTerms sound, Context& context)
    : id_(id),
      context_(context),
      route_(context.flows, context.options, identity.id),
      mapping_(id, route_, context),
      security_(identity.media_security),
      follows_(identity.follow_media),
      latches_(identity.latch_media),
      dtls_suites_(identity.dtls_suites()),
      protection_(protection_terms(identity, context.sound, context.random)),
      sound_terms_(std::move(sound)),
      session_id_(random_session_id(context.random)),
      exchange_(new_exchange()) {}

sdp::OfferAnswer CallMedia::new_exchange() const {
  sdp::OfferAnswer exchange(session_id_, sdp::Terms{sound_terms_, kRtcp, protection_});
  exchange.set_username(context_.options.origin_username);
  exchange.prefer_families(
      [route = route_](net::Family family) { return route.is_of_use(family); });
  return exchange;
}

void CallMedia::signalled_by(const net::Flow& flow) {
  const auto policy = policy_for(security_, flow.transport == net::Transport::tls);
  protection_.policy = std::max(protection_.policy, policy);
  exchange_.set_protection(protection_.policy);
  signalled_through_nat64_ = context_.flows.is_nat64_form(flow.remote.address);
}

// Before the far end has said where it is, it is taken to be where its server is.
net::SocketAddress CallMedia::named(const net::SocketAddress& rtp) const {
  const auto offered = exchange_.offered_address();
  const auto& far = offered ? offered : remote_;
  return mapping_.named(rtp, far ? far->address.is_v4() : signalled_through_nat64_);
}

Result<void> CallMedia::use_sound(const CallOptions& options) {
  auto sound = sound_terms(options, context_.sound);
  if (auto fits = exchange_.use(sound); !fits) return fits;
  sound_terms_ = std::move(sound);
  return {};
}

void CallMedia::create(const CallOptions& options) {
  if (std::exchange(created_, true)) return context_.out.media(PlayMedia{id_, options.play});
  sound_.recording = !options.record_file.empty();
  context_.out.media(CreateMedia{.media = id_,
                                 .play = options.play,
                                 .record_file = options.record_file,
                                 .quality = {options.quality_interval, options.quality_limits},
                                 .catch_up = options.catch_up,
                                 .hear = options.hear,
                                 .follow = follows_,
                                 .latch = latches_,
                                 .suites = dtls_suites_,
                                 .kit = context_.sound.kit});
}

void CallMedia::end() {
  context_.out.media(EndMedia{id_});
  for (const auto& path : paths_) mapping_.on_closed(path.id);
  paths_.clear();
  current_.reset();
  waits_on_.reset();
  sending_ = created_ = false;
}

void CallMedia::restart_exchange() {
  // For the user it is the same call, whose sound stays as protected as it was.
  if (agreement() && !std::holds_alternative<std::monostate>(agreement()->protection)) {
    protection_.policy = sdp::ProtectionPolicy::required;
  }
  session_id_ = random_session_id(context_.random);
  exchange_ = new_exchange();
  waits_on_.reset();
  cut_off_ = false;
}

CallMedia::Path* CallMedia::find(const net::IpAddress& local) {
  const auto it = std::find_if(paths_.begin(), paths_.end(),
                               [&](const Path& path) { return path.local == local; });
  return it == paths_.end() ? nullptr : &*it;
}

CallMedia::PathChoice CallMedia::path_on(const net::IpAddress& local) {
  if (Path* path = find(local)) {
    path->close_at.reset();
    if (path->error) return *path->error;
    if (path->rtp) return *path->rtp;
    return Pending{};
  }
  const PathId id{++context_.last_path};
  paths_.push_back({id, local, std::nullopt, std::nullopt, std::nullopt});
  context_.out.media(OpenMediaPath{id_, id, local, context_.flows.held_to(local)});
  return Pending{};
}

std::optional<MediaRoute::Choice> CallMedia::source_to_offer(const sdp::OfferAnswer& exchange,
                                                             TimePoint now) const {
  if (const auto name = exchange.offered_name()) {
    const auto address = route_.address_of(*name, now);
    const auto* found = std::get_if<net::IpAddress>(&address);
    return found == nullptr ? address : route_.source_to(*found, now);
  }
  const auto offered = exchange.offered_address();
  if (!offered || offered->address.is_unspecified()) return std::nullopt;
  return route_.source_to(offered->address, now);
}

CallMedia::PathChoice CallMedia::path_to_offer(const sdp::OfferAnswer& exchange,
                                               const net::IpAddress& usual, TimePoint now) {
  const auto offered = exchange.offered_address();
  const bool fits =
      offered && !exchange.offered_name() && offered->address.family() == usual.family();
  const auto source = fits ? usual : source_to_offer(exchange, now).value_or(usual);
  if (std::holds_alternative<MediaRoute::Pending>(source)) return Pending{};
  const auto* local = std::get_if<net::IpAddress>(&source);
  return path_on(local == nullptr ? usual : *local);
}

void CallMedia::close(const Path& path) {
  mapping_.on_closed(path.id);
  context_.out.media(CloseMediaPath{id_, path.id});
}

void CallMedia::drop_path(const net::IpAddress& local) {
  const Path* path = find(local);
  if (path == nullptr) return;
  if (current_ == path->id) {
    current_.reset();
    sending_ = false;
  }
  close(*path);
  std::erase_if(paths_, [&](const Path& p) { return p.local == local; });
  if (waits_on_ == local) waits_on_.reset();
}

void CallMedia::on_path_opened(const MediaPathOpened& opened, TimePoint now) {
  for (auto& path : paths_) {
    if (path.id != opened.path) continue;
    path.rtp = opened.local_rtp;
    mapping_.on_opened(path.id, opened.local_rtp, now);
  }
}

bool CallMedia::asks_for_name(const net::IpAddress& local) const {
  return std::ranges::any_of(
      paths_, [&](const Path& path) { return path.local == local && mapping_.waits(path.id); });
}

void CallMedia::on_path_failed(const MediaPathFailed& failed) {
  for (auto& path : paths_) {
    if (path.id == failed.path) path.error = failed.error;
  }
}

void CallMedia::use(const net::IpAddress& local, TimePoint now) {
  if (!agreement()) return stop_sending();  // the last exchange left no media
  if (remote_ != agreement()->remote) destination_.reset();
  remote_ = agreement()->remote;
  remote_name_ = agreement()->remote_name;
  configure();
  move_sending(local, now);
}

void CallMedia::configure() {
  auto agreed = *agreement();
  // RFC 3264 §8.4: the peer has been told not to send, and nothing is said to it.
  if (silent_) agreed.direction = sdp::Direction::inactive;
  context_.out.media(ConfigureMedia{id_, std::move(agreed)});
}

void CallMedia::set_silent(bool silent) {
  if (std::exchange(silent_, silent) != silent && agreement()) configure();
}

void CallMedia::move_sending(const net::IpAddress& local, TimePoint now) {
  Path* path = find(local);
  waits_on_.reset();
  cut_off_ = false;
  if (!remote_) return;
  if (path == nullptr || !path->rtp) {
    return context_.out.log(LogLevel::warning, "media", net::to_string(local),
                            "nothing is sent from there: it has no open path");
  }
  const auto remote = remote_address(now);
  // Held (RFC 3264 §8.4, RFC 6157 §4.1): the path listens, and nothing goes anywhere.
  const auto* address = std::get_if<net::IpAddress>(&remote);
  if (address != nullptr && address->is_unspecified()) {
    current_ = path->id;
    path->close_at.reset();
    return stop_sending();
  }
  const auto form = address == nullptr ? remote : route_.form_in(local.family(), *address, now);
  if (std::holds_alternative<MediaRoute::Pending>(form)) {
    waits_on_ = local;
    path->close_at.reset();
    return;
  }
  cut_off_ = std::holds_alternative<Error>(form);
  if (!cut_off_) send_on(*path, std::get<net::IpAddress>(form));
}

// What the description says, names looked up.
MediaRoute::Choice CallMedia::remote_address(TimePoint now) const {
  if (remote_name_) return route_.address_of(*remote_name_, now);
  return remote_->address;
}

void CallMedia::send_on(Path& path, const net::IpAddress& remote) {
  current_ = path.id;
  path.close_at.reset();
  sending_ = true;
  destination_ = net::SocketAddress{remote, remote_->port};
  context_.out.media(SendMediaOn{id_, path.id, *destination_});
}

bool CallMedia::pump(TimePoint now) {
  mapping_.pump(now);
  if (!waits_on_) return false;
  move_sending(net::IpAddress(*waits_on_), now);
  return !waits_on_;
}

void CallMedia::stop_sending() {
  waits_on_.reset();
  if (!sending_) return;
  sending_ = false;
  context_.out.media(StopSendingMedia{id_});
}

void CallMedia::reset_gaps() {
  context_.out.media(ResetGaps{id_});
}

bool CallMedia::is_wanted(const Path& path) const {
  return path.id == current_ || path.local == waits_on_;
}

void CallMedia::retire_others(const net::IpAddress& told, TimePoint when) {
  for (auto& path : paths_) {
    if (path.local != told && !is_wanted(path) && !path.close_at) path.close_at = when;
  }
}

void CallMedia::on_timeout(TimePoint now) {
  mapping_.on_timeout(now);
  for (const auto& path : paths_) {
    if (path.close_at && now >= *path.close_at) close(path);
  }
  std::erase_if(paths_, [&](const Path& p) { return p.close_at && now >= *p.close_at; });
}

std::optional<TimePoint> CallMedia::next_deadline() const {
  auto first = mapping_.next_deadline();
  for (const auto& path : paths_) first = earlier_of(first, path.close_at);
  return first;
}

bool CallMedia::is_path_on(PathId id, const net::IpAddress& local) const {
  return std::any_of(paths_.begin(), paths_.end(),
                     [&](const Path& path) { return path.id == id && path.local == local; });
}

std::optional<net::SocketAddress> CallMedia::local_rtp() const {
  for (const auto& path : paths_) {
    if (current_ ? path.id == *current_ : path.local == waits_on_) return path.rtp;
  }
  return std::nullopt;
}

void CallMedia::send_digits(std::string digits, Duration each, DtmfMethod method) {
  context_.out.media(SendDigits{id_, std::move(digits), each, method});
}

}  // namespace godwit::ua
