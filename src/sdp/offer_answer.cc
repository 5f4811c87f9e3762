// SPDX-License-Identifier: Apache-2.0
#include "sdp/offer_answer.h"

#include <algorithm>
#include <utility>

namespace godwit::sdp {
namespace {

constexpr std::string_view kProtocol = "RTP/AVP";
constexpr std::uint8_t kFirstDynamicType = 96;  // RFC 3551 §6
constexpr std::uint8_t kLastDynamicType = 127;

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

Media rejected(const Media& offered) {
  Media line;
  line.type = offered.type;
  line.protocol = offered.protocol;
  line.formats = offered.formats;  // RFC 3264 §6: ignored, but at least one must be there
  return line;
}

/// `own` formats that the peer has too, in the peer's order and with its payload types.
std::vector<Format> common_formats(const std::vector<Format>& own,
                                   const std::vector<Format>& offered) {
  std::vector<Format> common;
  for (const Format& theirs : offered) {
    const Format* const ours = find_codec(own, theirs);
    if (ours == nullptr || find_codec(common, theirs) != nullptr) continue;
    common.push_back(*ours);
    common.back().payload_type = theirs.payload_type;
  }
  return common;
}

const Format* first_sound(const std::vector<Format>& formats) {
  const auto found = std::find_if(formats.begin(), formats.end(), carries_sound);
  return found == formats.end() ? nullptr : &*found;
}

/// The telephone-event that runs on the codec's clock (RFC 4733 §2.1).
std::optional<std::uint8_t> telephone_event(const std::vector<Format>& formats,
                                            std::uint32_t clock_rate) {
  for (const Format& format : formats) {
    if (is_telephone_event(format) && format.clock_rate == clock_rate) return format.payload_type;
  }
  return std::nullopt;
}

/// No media line, or none that is in use.
bool asks_for_nothing(const SessionDescription& offer) {
  return std::all_of(offer.media.begin(), offer.media.end(),
                     [](const Media& line) { return line.port == 0; });
}

bool is_usable(const Media& media) {
  return media.type == "audio" && media.port != 0 && media.protocol == kProtocol;
}

}  // namespace

OfferAnswer::OfferAnswer(std::uint64_t session_id, std::vector<Format> formats)
    : session_id_(session_id), formats_(std::move(formats)) {
  for (Format& format : formats_) {
    // RFC 4733 §7.1.1: what is meant without a list; digits and flash are what we can do.
    if (is_telephone_event(format) && format.parameters.empty()) format.parameters = "0-16";
  }
}

Result<SessionDescription> OfferAnswer::make_offer(const net::SocketAddress& media,
                                                   Direction direction) {
  if (state_ != State::stable) return fail(Errc::wrong_state, "an offer is pending");
  SessionDescription offer = describe(media);
  if (lines_.empty()) offer.media.emplace_back();
  for (const Media& line : lines_) offer.media.push_back(rejected(line));
  Media& audio = offer.media[audio_line_];
  audio = Media{};
  audio.type = "audio";
  audio.port = media.port;
  put_formats(audio, formats_);
  audio.attributes.push_back({"ptime", "20"});
  audio.direction = direction;
  stamp(offer);
  offered_direction_ = direction;
  state_ = State::local_offer_sent;
  return offer;
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
Result<Agreement> OfferAnswer::agree(const SessionDescription& answer) const {
  if (answer.media.size() <= audio_line_ || !is_usable(answer.media[audio_line_])) {
    return fail(Errc::media_failed, "the answer takes no audio");
  }
  const Media& line = answer.media[audio_line_];
  const Connection* const connection = answer.connection_of(line);
  if (!says_where(connection)) {
    return fail(Errc::media_failed, "the answer names no IP address for audio");
  }
  // RFC 3264 §6.1: the answerer may use numbers of its own; codecs are matched by what they are.
  std::vector<Format> theirs = formats_of(line);
  std::erase_if(theirs, [&](const Format& f) { return find_codec(formats_, f) == nullptr; });
  const Format* const send = first_sound(theirs);
  if (send == nullptr) return fail(Errc::media_failed, "the answer has no codec that we offered");

  Agreement agreement;
  agreement.remote = place_of(*connection, line.port);
  agreement.remote_name = name_in(*connection);
  agreement.send = *send;
  agreement.receive = *find_codec(formats_, *send);
  agreement.send_telephone_event = telephone_event(theirs, send->clock_rate);
  if (agreement.send_telephone_event) {
    agreement.receive_telephone_event = telephone_event(formats_, send->clock_rate);
  }
  agreement.direction = joint(offered_direction_, effective_direction(answer, line));
  return agreement;
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

/// The line to take: the one that carries our audio already if it still can, else the first that
/// can. A family that is of no use counts only where no other line is left.
Result<std::size_t> OfferAnswer::choose_line(const SessionDescription& offer) const {
  std::vector<std::size_t> order;
  if (agreement_ && audio_line_ < offer.media.size()) order.push_back(audio_line_);
  for (std::size_t i = 0; i < offer.media.size(); ++i) order.push_back(i);
  std::optional<std::size_t> of_no_use;
  std::string why = "no audio codec in common";
  for (const std::size_t i : order) {
    const Media& line = offer.media[i];
    if (!is_usable(line) || first_sound(common_formats(formats_, formats_of(line))) == nullptr) {
      continue;
    }
    const Connection* const connection = offer.connection_of(line);
    if (!says_where(connection)) {
      why = "the offer names no IP address for audio";
    } else if (is_of_use_ && !is_of_use_(*family_in(*connection))) {
      if (!of_no_use) of_no_use = i;
    } else {
      return i;
    }
  }
  if (of_no_use) return *of_no_use;
  return fail(Errc::media_failed, std::move(why));
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
    const Media& offered = remote_offer_->media[*offered_line_];
    const std::vector<Format> common = common_formats(formats_, formats_of(offered));
    agreement = agree_on(offered, direction);
    Media& audio = answer.media[*offered_line_];
    audio.formats.clear();
    audio.port = media.port;
    put_formats(audio, common);
    audio.attributes.push_back({"ptime", "20"});
    audio.direction = agreement->direction;
    adopt_payload_types(common);
    audio_line_ = *offered_line_;
  }
  stamp(answer);
  lines_ = answer.media;
  agreement_ = std::move(agreement);
  remote_offer_.reset();
  state_ = State::stable;
  return answer;
}

/// What our answer to a line of the pending offer makes of the session.
Agreement OfferAnswer::agree_on(const Media& offered, Direction wish) const {
  const std::vector<Format> theirs = formats_of(offered);
  const std::vector<Format> common = common_formats(formats_, theirs);
  Agreement agreement;
  agreement.remote = place_of(*offered_connection(), offered.port);
  agreement.remote_name = offered_name();
  agreement.receive = *first_sound(common);
  agreement.send = *find_codec(theirs, agreement.receive);
  agreement.send_telephone_event = telephone_event(common, agreement.receive.clock_rate);
  agreement.receive_telephone_event = agreement.send_telephone_event;
  agreement.direction = joint(wish, effective_direction(*remote_offer_, offered));
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

/// RFC 3264 §8.3.2: a payload type never changes its meaning during a session, so later offers of
/// ours use the numbers that are in use, and keep off them for everything else.
void OfferAnswer::adopt_payload_types(const std::vector<Format>& used) {
  const auto taken = [&](std::uint8_t type) {
    const auto has = [type](const Format& f) { return f.payload_type == type; };
    return std::any_of(used.begin(), used.end(), has);
  };
  for (Format& format : formats_) {
    if (const Format* const same = find_codec(used, format)) {
      format.payload_type = same->payload_type;
      continue;
    }
    if (!taken(format.payload_type)) continue;
    for (std::uint8_t type = kFirstDynamicType; type <= kLastDynamicType; ++type) {
      const auto own = [type](const Format& f) { return f.payload_type == type; };
      if (taken(type) || std::any_of(formats_.begin(), formats_.end(), own)) continue;
      format.payload_type = type;
      break;
    }
  }
}

}  // namespace godwit::sdp
