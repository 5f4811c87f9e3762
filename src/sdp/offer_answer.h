// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "godwit/error.h"
#include "net/socket_address.h"
#include "sdp/format_list.h"
#include "sdp/media_protection.h"
#include "sdp/session_description.h"

namespace godwit::sdp {

/// What both sides have agreed on for the one audio stream.
struct Agreement {
  net::SocketAddress remote;                         ///< where RTP goes
  /// c= gave this name instead: `remote` is unspecified, of the family it has to be looked up in.
  std::optional<NamedAddress> remote_name;
  Format send;                                       ///< payload type as the peer wants it
  Format receive;                                    ///< payload type as we announced it
  std::optional<std::uint8_t> send_telephone_event;  ///< payload type (RFC 4733)
  std::optional<std::uint8_t> receive_telephone_event;
  Direction direction = Direction::sendrecv;  ///< seen from us
  /// Everything else that the far end may send us without asking, sound and comfort noise, with the
  /// payload types that we announced: it may change among them from packet to packet.
  std::vector<Format> also_receive;
  /// Payload types of comfort noise (RFC 3389); empty: neither side uses it.
  std::optional<std::uint8_t> send_comfort_noise, receive_comfort_noise;
  std::chrono::milliseconds packet_time{20};  ///< of what we send: 10 to 60 ms, in steps of 10 ms
  bool rtcp_mux = false;                      ///< RTCP by the socket and port of RTP (RFC 5761)
  bool reduced_size_rtcp = false;             ///< RFC 5506
  bool voip_metrics = false;                  ///< the far end wants RTCP XR of our reception (RFC 3611 §5.1)
  /// Where RTCP goes if not to the port after RTP's (a=rtcp, RFC 3605).
  std::optional<net::SocketAddress> remote_rtcp;
  MediaProtection protection;

  bool operator==(const Agreement&) const = default;
};

/// The offer/answer state of one audio session (RFC 3264, RFC 6337).
///
/// Addresses come in only when a description is rendered: `make_offer` and `make_answer` take the
/// media socket the description will be true for. `o=` keeps session id, user name and address for
/// life; its version rises by one whenever the text changes (RFC 3264 §8).
class OfferAnswer {
 public:
  enum class State { stable, local_offer_sent, remote_offer_received };

  /// @param formats  what we can do, best first, telephone-event included
  OfferAnswer(std::uint64_t session_id, std::vector<Format> formats);

  /// The user name of o= (RFC 8866 §5.2); empty: "-". To be set before anything is rendered.
  void set_username(std::string username) {
    if (!username.empty()) username_ = std::move(username);
  }

  [[nodiscard]] State state() const { return state_; }
  /// The last agreement; empty before the first exchange is complete, and while there is no media.
  [[nodiscard]] const std::optional<Agreement>& agreement() const { return agreement_; }

  /// Errors: `wrong_state` while an offer is pending in either direction.
  [[nodiscard]] Result<SessionDescription> make_offer(const net::SocketAddress& media,
                                                      Direction direction);
  /// Our offer got no answer (refused, timed out, flow lost): back to the last agreement.
  void withdraw_offer();
  /// Errors: `media_failed` when nothing is in common, `wrong_state` without an offer of ours.
  [[nodiscard]] Result<Agreement> take_answer(const SessionDescription& answer);

  /// Of several audio lines one is taken: that which carries our audio already, else the first with
  /// a codec of ours, and of these one in a family that is of use (of an ANAT group, RFC 4091, the
  /// line for us). An offer of no media at all (RFC 3264 §5), or one that ends all of it (§8.2), is
  /// taken too: its answer leaves no agreement.
  /// Errors: `wrong_state` (glare: answer 491), `media_failed` (answer 488).
  [[nodiscard]] Result<void> take_offer(const SessionDescription& offer);
  /// Whether media of a family has a way from here; untold, every family is as good.
  using FamilyTest = std::function<bool(net::Family)>;
  void prefer_families(FamilyTest is_of_use) { is_of_use_ = std::move(is_of_use); }
  /// The family in which the pending offer wants media (R29), also when its c= is a name.
  [[nodiscard]] std::optional<net::Family> offered_family() const;
  /// The address where the pending offer wants media; empty when its c= is a name.
  [[nodiscard]] std::optional<net::SocketAddress> offered_address() const;
  /// The name where the pending offer wants media; empty when it is an address, or nowhere.
  [[nodiscard]] std::optional<NamedAddress> offered_name() const;
  /// Answers the pending offer line for line.
  [[nodiscard]] Result<SessionDescription> make_answer(const net::SocketAddress& media,
                                                       Direction direction);
  /// The pending offer is refused (488, 500): back to the last agreement.
  void refuse_offer();

 private:
  [[nodiscard]] SessionDescription describe(const net::SocketAddress& media) const;
  void stamp(SessionDescription& description);
  [[nodiscard]] Result<std::size_t> choose_line(const SessionDescription& offer) const;
  [[nodiscard]] Agreement agree_on(const Media& offered, Direction wish) const;
  [[nodiscard]] Result<Agreement> agree(const SessionDescription& remote) const;
  [[nodiscard]] const Connection* offered_connection() const;
  void adopt_payload_types(const std::vector<Format>& used);

  FamilyTest is_of_use_;
  State state_ = State::stable;
  std::string username_ = "-";
  std::uint64_t session_id_;
  std::uint64_t version_ = 0;
  std::optional<Address> origin_;  // of the first description, for life (RFC 3264 §8)
  std::vector<Format> formats_;    // with the payload types that the session uses for them
  std::optional<Agreement> agreement_;
  std::vector<Media> lines_;      // of the last exchange: lines never go away (RFC 3264 §8)
  std::size_t audio_line_ = 0;    // which of them is ours
  std::optional<std::size_t> offered_line_;  // which line of the pending offer we take
  Direction offered_direction_ = Direction::sendrecv;  // in our pending offer
  std::optional<SessionDescription> remote_offer_, last_sent_;
};

}  // namespace godwit::sdp
