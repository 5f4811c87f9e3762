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
#include "sdp/agreement.h"
#include "sdp/format_choice.h"
#include "sdp/protection_exchange.h"
#include "sdp/rtcp_terms.h"
#include "sdp/session_description.h"

namespace godwit::sdp {

/// What one side can do, and how it likes to receive.
struct SoundTerms {
  std::vector<Format> formats;  ///< best first, telephone-events included
  FormatRules rules;
  std::chrono::milliseconds packet_time{20};  ///< 10 to 60 ms, in steps of 10 ms
};

/// What one side brings to its sessions of sound.
struct Terms : SoundTerms {
  RtcpTerms rtcp;
  ProtectionTerms protection;
};

/// The offer/answer state of one audio session (RFC 3264, RFC 6337).
///
/// Addresses come in only when a description is rendered: `make_offer` and `make_answer` take the
/// media socket the description will be true for. `o=` keeps session id, user name and address for
/// life; its version rises by one whenever the text changes (RFC 3264 §8).
///
/// Once the sound is protected nothing that is offered or answered without protection is taken any more:
/// the agreement stands as it is.
class OfferAnswer {
 public:
  enum class State { stable, local_offer_sent, remote_offer_received };

  OfferAnswer(std::uint64_t session_id, Terms terms);
  /// Of plain RTP.
  OfferAnswer(std::uint64_t session_id, std::vector<Format> formats);

  /// The user name of o= (RFC 8866 §5.2); empty: "-". To be set before anything is rendered.
  void set_username(std::string username) {
    if (!username.empty()) username_ = std::move(username);
  }

  /// Which protection we want. To be set before anything is offered or answered.
  void set_protection(ProtectionPolicy policy) { protection_.set_policy(policy); }

  /// The keys of SRTP are worn: the next offer or answer of ours brings others.
  void renew_keys() { protection_.renew(); }

  /// Other formats than before, as long as we have told none; an offer that is pending is looked at anew.
  /// Errors: `media_failed`, nothing of it is left, and all stays as it was.
  [[nodiscard]] Result<void> use(SoundTerms sound);

  [[nodiscard]] State state() const { return state_; }
  /// The last agreement; empty before the first exchange is complete, and while there is no media.
  [[nodiscard]] const std::optional<Agreement>& agreement() const { return agreement_; }

  /// How much an offer says.
  enum class Extent : std::uint8_t {
    everything,  ///< all that we can do: the session may come out of it otherwise than it was
    /// What is agreed on, in as few bytes as mean the same: for another address and nothing else. Before
    /// the first agreement it is `everything`.
    as_agreed,
  };
  /// Errors: `wrong_state` while an offer is pending in either direction, `not_protected` where SRTP is
  /// required and there are no keys for it.
  [[nodiscard]] Result<SessionDescription> make_offer(const net::SocketAddress& media,
                                                      Direction direction,
                                                      Extent extent = Extent::everything);
  /// Our offer got no answer (refused, timed out, flow lost): back to the last agreement.
  void withdraw_offer();
  /// Errors: `media_failed` when nothing is in common, `not_protected`, `wrong_state` without an offer of
  /// ours. The exchange is over all the same, and what was agreed on before stands.
  [[nodiscard]] Result<Agreement> take_answer(const SessionDescription& answer);

  /// Of several audio lines one is taken: that which carries our audio already, else the first with
  /// a codec and a protection of ours, and of these one that is protected, in a family that is of use (of
  /// an ANAT group, RFC 4091, the line for us). An offer of no media at all (RFC 3264 §5), or one that ends all of it (§8.2), is
  /// taken too: its answer leaves no agreement.
  /// Errors: `wrong_state` (glare: answer 491), `media_failed` and `not_protected` (answer 488).
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
  /// How well an offered line suits us: the higher the better; an error where it cannot be taken.
  enum class Fit : std::uint8_t { of_no_use, plain, whole };
  [[nodiscard]] SessionDescription describe(const net::SocketAddress& media) const;
  void stamp(SessionDescription& description);
  [[nodiscard]] Result<std::size_t> choose_line(const SessionDescription& offer) const;
  [[nodiscard]] Result<Fit> judge(const SessionDescription& offer, const Media& line) const;
  [[nodiscard]] std::string protocol_so_far() const;
  [[nodiscard]] Result<void> put_everything(Media& line, const net::SocketAddress& media,
                                            Direction direction);
  [[nodiscard]] Result<void> put_as_agreed(Media& line, const net::SocketAddress& media,
                                           Direction direction);
  void put_sound(Media& line, const std::vector<Format>& formats) const;
  void agree_on_sound(const Media& theirs, const std::vector<SharedFormat>& shared,
                      Agreement& agreement) const;
  [[nodiscard]] Agreement put_answer(Media& line, const net::SocketAddress& media, Direction wish);
  [[nodiscard]] Result<Agreement> agree(const SessionDescription& remote);
  [[nodiscard]] const Connection* offered_connection() const;

  FamilyTest is_of_use_;
  State state_ = State::stable;
  std::string username_ = "-";
  std::uint64_t session_id_;
  std::uint64_t version_ = 0;
  std::optional<Address> origin_;  // of the first description, for life (RFC 3264 §8)
  Terms terms_;                    // formats with the payload types that the session uses for them
  ProtectionExchange protection_;
  std::optional<Agreement> agreement_;
  std::vector<Media> lines_;      // of the last exchange: lines never go away (RFC 3264 §8)
  std::size_t audio_line_ = 0;    // which of them is ours
  std::optional<std::size_t> offered_line_;  // which line of the pending offer we take
  Direction offered_direction_ = Direction::sendrecv;  // in our pending offer
  std::optional<SessionDescription> remote_offer_, last_sent_;
};

}  // namespace godwit::sdp
