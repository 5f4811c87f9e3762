// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "godwit/time.h"
#include "net/ip_address.h"
#include "net/socket_address.h"
#include "sdp/session_description.h"
#include "sip/transaction/transaction_table.h"

namespace godwit::ua {

/// What a call that is up wants to tell its peer by an INVITE or UPDATE, and how far the one under
/// way is. One at a time carries all that is wanted when it leaves (RFC 3261 §14.1).
struct Negotiation {
  /// The network has changed: our new address is to be told.
  struct Move {
    net::IpAddress media_source;       ///< that the kernel would take
    net::IpAddress media_destination;  ///< to get here
    bool media_first_done = false;
    bool address_told = false;  ///< by an UPDATE without offer, while the offer has to wait
  };
  /// The request that waits for its answer.
  struct Sent {
    sip::ClientId transaction;
    sip::Method method = sip::Method::update;
    std::uint32_t cseq = 0;
    TimePoint at{};
    std::optional<sdp::Direction> offered;  ///< empty: it carries no offer
    bool holds = false;                     ///< what it offers is our hold
    bool rekeys = false;                    ///< it offers other keys
    net::SocketAddress named{};             ///< as where its Contact says we are
    /// An unanswered UPDATE becomes a re-INVITE, which becomes an INVITE to where the peer is now.
    std::optional<TimePoint> silent_at;
  };
  /// A re-INVITE that was given up because the way its answer comes by is gone. Its 2xx is
  /// acknowledged unseen, or the peer would end the call for want of the ACK.
  struct Orphan {
    std::uint32_t cseq = 0;
    TimePoint until{};
  };

  // What is wanted.
  std::optional<Move> move;
  bool hold = false;         ///< the application wants the peer on hold
  bool refresh_due = false;  ///< of the session timer
  bool contact_due = false;  ///< messages name another address of ours than the peer was told
  bool sound_renamed = false;  ///< a NAT gave our sound another address: an offer tells it
  bool rekey = false;        ///< a key of SRTP is worn: an offer brings another

  // What is agreed.
  bool held = false;  ///< by us
  bool held_by_peer = false;
  bool invite_holds = false;  ///< the INVITE that began the call offered our hold

  // How far it is.
  std::optional<Sent> sent;
  std::optional<Orphan> orphan;
  bool update_refused = false;
  bool was_silent = false;        ///< nobody answered in time
  bool replaces_refused = false;  ///< the peer takes no INVITE in the place of our dialog
  bool short_offer_refused = false;  ///< of a move: next, everything is offered
  bool waits_for_registration = false;
  int failures = 0;
  std::optional<TimePoint> retry_at;
  std::optional<TimePoint> hold_tried_since;

  [[nodiscard]] bool holds_or_resumes() const { return hold != held; }
  [[nodiscard]] bool wanted() const {
    return move || holds_or_resumes() || refresh_due || contact_due || sound_renamed ||
           rekey;
  }
  /// Another dialog takes the place of the one that all this was about.
  void start_over() {
    sent.reset();
    move.reset();
    orphan.reset();
    refresh_due = contact_due = sound_renamed = rekey = false;
    forget_tries();
  }
  /// What was learned while one request was tried is of no use to the next.
  void forget_tries() {
    update_refused = false;
    was_silent = false;
    replaces_refused = false;
    short_offer_refused = false;
    waits_for_registration = false;
    failures = 0;
    retry_at.reset();
    hold_tried_since.reset();
  }
};

}  // namespace godwit::ua
