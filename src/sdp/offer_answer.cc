// SPDX-License-Identifier: Apache-2.0
#include "sdp/offer_answer.h"

#include <algorithm>
#include <utility>

#include "sdp/media_profile.h"
#include "sdp/packet_time.h"

namespace godwit::sdp {
namespace {

constexpr std::chrono::milliseconds kUsualPacketTime{20};

Direction direction_for(bool sending, bool receiving) {
  if (sending) return receiving ? Direction::sendrecv : Direction::sendonly;
  return receiving ? Direction::recvonly : Direction::inactive;
}

/// What one side may do, given its own wish and what the other side said of itself (RFC 3264 §6.1).
Direction joint(Direction own, Direction other) {
  return direction_for(sends(own) && receives(other), receives(own) && sends(other));
}

std::optional<net::Family> family_in(const Connection& connection) {
  if (const net::IpAddress* const ip = literal(connection.address)) return ip->family();
  return family_of(std::get<NamedAddress>(connection.address));
}

bool has_name(const Connection& connection) {
  return literal(connection.address) == nullptr;
}

/// Where RTP goes; 0.0.0.0 when it is to a name.
net::IpAddress address_of(const Connection& connection) {
  const net::IpAddress* const ip = literal(connection.address);
  return ip != nullptr ? *ip : net::IpAddress();
}

/// RFC 3264 §8.4's old way of hold, 0.0.0.0, and its IPv6 form, a name under .invalid (RFC 6157
/// §4.1).
bool is_nowhere(const Connection& connection) {
  const auto* const named = std::get_if<NamedAddress>(&connection.address);
  return named != nullptr ? named->name.ends_with(".invalid")
                          : address_of(connection).is_unspecified();
}

/// The name that stands for an address that is to be looked up.
std::optional<NamedAddress> name_in(const Connection& connection) {
  const auto* const named = std::get_if<NamedAddress>(&connection.address);
  if (named == nullptr || is_nowhere(connection)) return std::nullopt;
  return *named;
}

/// Says of an address or a name where media is wanted, or of nothing that it is wanted nowhere.
bool says_where(const Connection* connection) {
  if (connection == nullptr) return false;
  const auto named = name_in(*connection);
  return !named || family_of(*named);
}

/// Where RTP goes; for a name unspecified, of the family that it has to be looked up in.
net::SocketAddress place_of(const Connection& connection, std::uint16_t port) {
  const auto named = name_in(connection);
  if (named) return {net::IpAddress::any(*family_of(*named)), port};
  return {address_of(connection), port};
}

/// The direction the other side is in: to a place that is none it does not receive.
Direction effective_direction(const SessionDescription& description, const Media& media) {
  const Direction said = description.direction_of(media);
  const Connection* const connection = description.connection_of(media);
  const bool nowhere = connection != nullptr && is_nowhere(*connection);
  return direction_for(sends(said), receives(said) && !nowhere);
}

/// RFC 4733 §7.1.1: what is meant without a list; digits and flash are what we can do.
void name_events(std::vector<Format>& formats) {
  for (Format& format : formats) {
    if (is_telephone_event(format) && format.parameters.empty()) format.parameters = "0-16";
  }
}

Media rejected(const Media& offered) {
  Media line;
  line.type = offered.type;
  line.protocol = offered.protocol;
  line.formats = offered.formats;  // RFC 3264 §6: ignored, but at least one must be there
  return line;
}

/// No media line, or none that is in use.
bool asks_for_nothing(const SessionDescription& offer) {
  return std::all_of(offer.media.begin(), offer.media.end(),
                     [](const Media& line) { return line.port == 0; });
}

/// Whether what is agreed on uses that payload type of ours: not what might be sent beside it.
bool is_in_use(std::uint8_t payload_type, const Agreement& agreement) {
  return payload_type == agreement.receive.payload_type ||
         payload_type == agreement.receive_telephone_event ||
         payload_type == agreement.receive_comfort_noise;
}

bool is_usable(const Media& media) {
  return media.type == "audio" && media.port != 0 && parse_profile(media.protocol);
}

}  // namespace

OfferAnswer::OfferAnswer(std::uint64_t session_id, Terms terms)
    : session_id_(session_id), terms_(std::move(terms)), protection_(terms_.protection) {
  name_events(terms_.formats);
}

OfferAnswer::OfferAnswer(std::uint64_t session_id, std::vector<Format> formats)
    : OfferAnswer(session_id, Terms{{std::move(formats), {}, kUsualPacketTime}, {}, {}}) {}

Result<void> OfferAnswer::use(SoundTerms sound) {
  if (last_sent_) return {};
  name_events(sound.formats);
  std::swap(static_cast<SoundTerms&>(terms_), sound);
  if (!offered_line_ || !remote_offer_) return {};
  const auto line = choose_line(*remote_offer_);
  if (!line) {
    std::swap(static_cast<SoundTerms&>(terms_), sound);
    return tl::unexpected(line.error());
  }
  offered_line_ = *line;
  return {};
}

Result<SessionDescription> OfferAnswer::make_offer(const net::SocketAddress& media,
                                                   Direction direction, Extent extent) {
  if (state_ != State::stable) return fail(Errc::wrong_state, "an offer is pending");
  SessionDescription offer = describe(media);
  if (lines_.empty()) offer.media.emplace_back();
  for (const Media& line : lines_) offer.media.push_back(rejected(line));
  Media& audio = offer.media[audio_line_];
  audio = Media{};
  audio.type = "audio";
  audio.port = media.port;
  const bool short_one = extent == Extent::as_agreed && agreement_;
  const auto put = short_one ? put_as_agreed(audio, media, direction)
                             : put_everything(audio, media, direction);
  if (!put) return tl::unexpected(put.error());
  stamp(offer);
  offered_direction_ = direction;
  state_ = State::local_offer_sent;
  return offer;
}

Result<void> OfferAnswer::put_everything(Media& line, const net::SocketAddress& media,
                                         Direction direction) {
  auto keys = protection_.put_offer(line, media, protocol_so_far());
  if (!keys) return keys;
  put_sound(line, terms_.formats);
  put_rtcp(line, terms_.rtcp);
  line.direction = direction;
  return {};
}

/// What is left out means what it would say. Of formats there are those in use: the far end takes them for
/// sure, and all others come back with the next offer of everything (RFC 3264 §8.3.2 lets formats go and
/// come).
Result<void> OfferAnswer::put_as_agreed(Media& line, const net::SocketAddress& media,
                                        Direction direction) {
  auto keys = protection_.put_offer(line, media, protocol_so_far(), SdesExchange::Suites::in_use);
  if (!keys) return keys;
  std::vector<Format> formats = terms_.formats;
  std::erase_if(formats, [&](const Format& f) { return !is_in_use(f.payload_type, *agreement_); });
  put_formats(line, formats, Rtpmaps::dynamic_types);
  // RFC 3551 §4.2: that is the default; who asked for another one may want to hear ours too.
  if (terms_.packet_time != kUsualPacketTime || agreement_->packet_time != kUsualPacketTime) {
    line.attributes.push_back({"ptime", to_string(PacketTime{terms_.packet_time})});
  }
  put_rtcp(line, {agreement_->rtcp_mux, agreement_->reduced_size_rtcp, terms_.rtcp.voip_metrics});
  if (direction != Direction::sendrecv) line.direction = direction;  // RFC 8866 §6.7: the default
  return {};
}

/// RFC 3264 §8.3: a line in use keeps its protocol.
std::string OfferAnswer::protocol_so_far() const {
  const bool in_use = audio_line_ < lines_.size() && lines_[audio_line_].port != 0;
  return in_use ? lines_[audio_line_].protocol : std::string();
}

void OfferAnswer::put_sound(Media& line, const std::vector<Format>& formats) const {
  line.formats.clear();
  put_formats(line, formats);
  line.attributes.push_back({"ptime", to_string(PacketTime{terms_.packet_time})});
}

void OfferAnswer::withdraw_offer() {
  if (state_ == State::local_offer_sent) state_ = State::stable;
}

Result<Agreement> OfferAnswer::take_answer(const SessionDescription& answer) {
  if (state_ != State::local_offer_sent) return fail(Errc::wrong_state, "no offer of ours pending");
  state_ = State::stable;  // the exchange is over, whatever the answer is worth
  auto agreement = agree(answer);
  if (!agreement) return agreement;
  lines_ = last_sent_->media;
  agreement_ = *agreement;
  return agreement;
}

/// What an answer to our offer makes of the session.
Result<Agreement> OfferAnswer::agree(const SessionDescription& answer) {
  if (answer.media.size() <= audio_line_ || !is_usable(answer.media[audio_line_])) {
    return fail(Errc::media_failed, "the answer takes no audio");
  }
  const Media& line = answer.media[audio_line_];
  const Connection* const connection = answer.connection_of(line);
  if (!says_where(connection)) {
    return fail(Errc::media_failed, "the answer names no IP address for audio");
  }
  const auto shared = take_answered(terms_.formats, formats_of(line), terms_.rules);
  if (first_sound(shared) == nullptr) {
    return fail(Errc::media_failed, "the answer has no codec that we offered");
  }
  Agreement agreement;
  agreement.remote = place_of(*connection, line.port);
  agreement.remote_name = name_in(*connection);
  auto protection = protection_.take_answer(answer, line, agreement.remote);
  if (!protection) return tl::unexpected(protection.error());
  agreement.protection = *std::move(protection);
  agreement.direction = joint(offered_direction_, effective_direction(answer, line));
  agree_on_sound(line, shared, agreement);
  return agreement;
}

void OfferAnswer::agree_on_sound(const Media& theirs, const std::vector<SharedFormat>& shared,
                                 Agreement& agreement) const {
  agree_on_formats(shared, agreement);
  const auto wish = packet_time_to(theirs, terms_.packet_time);
  const auto& codec = terms_.rules.packet_time;
  agreement.packet_time = codec ? codec(agreement.send, wish) : wish;
  agree_on_rtcp(theirs, terms_.rtcp, agreement);
}

Result<void> OfferAnswer::take_offer(const SessionDescription& offer) {
  if (state_ != State::stable) return fail(Errc::wrong_state, "an offer is pending");
  offered_line_.reset();
  if (!asks_for_nothing(offer)) {
    const auto line = choose_line(offer);
    if (!line) return tl::unexpected(line.error());
    offered_line_ = *line;
  }
  remote_offer_ = offer;
  state_ = State::remote_offer_received;
  return {};
}

/// The line to take: the one that carries our audio already if it still can, else the first of those
/// that fit best. A family that is of no use counts only where no other line is left.
Result<std::size_t> OfferAnswer::choose_line(const SessionDescription& offer) const {
  std::vector<std::size_t> order;
  if (agreement_ && audio_line_ < offer.media.size()) order.push_back(audio_line_);
  for (std::size_t i = 0; i < offer.media.size(); ++i) order.push_back(i);
  std::optional<std::size_t> best;
  Fit best_fit = Fit::of_no_use;
  Error why{Errc::media_failed, "no audio codec in common"};
  for (const std::size_t i : order) {
    const auto fit = judge(offer, offer.media[i]);
    if (!fit) {
      if (!fit.error().detail.empty()) why = fit.error();
    } else if (!best || *fit > best_fit) {
      best = i;
      best_fit = *fit;
    }
    const bool goes_on = agreement_ && i == audio_line_;
    if (best == i && (best_fit == Fit::whole || (goes_on && best_fit == Fit::plain))) break;
  }
  if (!best) return tl::unexpected(std::move(why));
  return *best;
}

/// An error without detail: not a line of sound that we could do.
Result<OfferAnswer::Fit> OfferAnswer::judge(const SessionDescription& offer,
                                            const Media& line) const {
  if (!is_usable(line)) return fail(Errc::media_failed, {});
  const auto shared = take_offered(terms_.formats, formats_of(line), terms_.rules);
  if (first_sound(shared) == nullptr) return fail(Errc::media_failed, {});
  const Connection* const connection = offer.connection_of(line);
  if (!says_where(connection)) {
    return fail(Errc::media_failed, "the offer names no IP address for audio");
  }
  if (const auto fits = protection_.check_offer(offer, line); !fits) {
    return tl::unexpected(fits.error());
  }
  if (is_of_use_ && !is_of_use_(*family_in(*connection))) return Fit::of_no_use;
  return protection_.protects(offer, line) ? Fit::whole : Fit::plain;
}

const Connection* OfferAnswer::offered_connection() const {
  if (state_ != State::remote_offer_received || !offered_line_) return nullptr;
  return remote_offer_->connection_of(remote_offer_->media[*offered_line_]);
}

std::optional<net::Family> OfferAnswer::offered_family() const {
  const Connection* const connection = offered_connection();
  return connection == nullptr ? std::nullopt : family_in(*connection);
}

std::optional<net::SocketAddress> OfferAnswer::offered_address() const {
  const Connection* const connection = offered_connection();
  if (connection == nullptr || has_name(*connection)) return std::nullopt;
  return net::SocketAddress{address_of(*connection), remote_offer_->media[*offered_line_].port};
}

std::optional<NamedAddress> OfferAnswer::offered_name() const {
  const Connection* const connection = offered_connection();
  return connection == nullptr ? std::nullopt : name_in(*connection);
}

Result<SessionDescription> OfferAnswer::make_answer(const net::SocketAddress& media,
                                                    Direction direction) {
  if (state_ != State::remote_offer_received) return fail(Errc::wrong_state, "no offer to answer");
  SessionDescription answer = describe(media);
  for (const Media& line : remote_offer_->media) answer.media.push_back(rejected(line));
  std::optional<Agreement> agreement;
  if (offered_line_) {
    agreement = put_answer(answer.media[*offered_line_], media, direction);
    audio_line_ = *offered_line_;
  }
  stamp(answer);
  lines_ = answer.media;
  agreement_ = std::move(agreement);
  remote_offer_.reset();
  state_ = State::stable;
  return answer;
}

/// Answers the line of the pending offer that we take, and says what that makes of the session.
Agreement OfferAnswer::put_answer(Media& line, const net::SocketAddress& media, Direction wish) {
  const Media& offered = remote_offer_->media[*offered_line_];
  const auto shared = take_offered(terms_.formats, formats_of(offered), terms_.rules);
  Agreement agreement;
  agreement.remote = place_of(*offered_connection(), offered.port);
  agreement.remote_name = offered_name();
  agreement.direction = joint(wish, effective_direction(*remote_offer_, offered));
  line.port = media.port;
  agreement.protection =
      protection_.put_answer(*remote_offer_, offered, line, {media, agreement.remote});
  agree_on_sound(offered, shared, agreement);
  const auto ours = ours_of(shared);
  put_sound(line, ours);
  put_rtcp_answer(line, terms_.rtcp, offered);
  line.direction = agreement.direction;
  adopt_payload_types(ours, terms_.formats);
  return agreement;
}

void OfferAnswer::refuse_offer() {
  if (state_ != State::remote_offer_received) return;
  remote_offer_.reset();
  state_ = State::stable;
}

SessionDescription OfferAnswer::describe(const net::SocketAddress& media) const {
  SessionDescription description;
  description.username = username_;
  description.session_id = session_id_;
  description.origin = origin_.value_or(media.address);
  description.connection = Connection{media.address, std::nullopt, 1};
  return description;
}

/// Gives the description its version: the one of the last if its text is the same, else one more.
void OfferAnswer::stamp(SessionDescription& description) {
  description.session_version = version_;
  if (!last_sent_ || description != *last_sent_) description.session_version = ++version_;
  origin_ = description.origin;
  last_sent_ = description;
}

}  // namespace godwit::sdp
