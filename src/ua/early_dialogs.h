// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <list>
#include <optional>
#include <vector>

#include "sdp/offer_answer.h"
#include "sip/auth/credential_store.h"
#include "sip/dialog/dialog.h"
#include "sip/dialog/reliable_responses.h"
#include "ua/call_media.h"
#include "ua/context.h"
#include "ua/identity.h"

namespace godwit::ua {

/// The early dialogs of an INVITE of ours (RFC 3261 §12, §13.2.2): one for each callee that rings,
/// with a session of its own. It answers their reliable responses (RFC 3262) and their UPDATEs (RFC
/// 3311).
///
/// Of several that send sound early, the one that described it last is heard. The first 2xx takes
/// its dialog out, and the others end with it: whose proxy did not cancel them is hung up on when
/// they answer (§13.2.2.4).
class EarlyDialogs {
 public:
  struct Parts {
    CallId call;
    const Identity& identity;
    sip::CredentialStore& credentials;
    Context& context;
    CallMedia& media;
  };
  explicit EarlyDialogs(Parts parts) : parts_(parts) {}

  /// An INVITE leaves, with the offer that stands in the call's media, or none.
  /// @param source  our media address in it
  void begin(const sip::Message& invite, const net::IpAddress& source, TimePoint now);

  struct Provisional {
    bool early_media = false;  ///< it described a session, which is heard from now on
  };
  /// A 1xx other than 100 came. Empty when it is to be ignored: a copy, or one out of order.
  [[nodiscard]] std::optional<Provisional> on_provisional(const sip::ResponseReceived& received,
                                                          TimePoint now);
  [[nodiscard]] bool owns(const sip::Message& request) const;
  [[nodiscard]] bool has_dialog(const sip::DialogName& name) const;
  void on_request(const sip::RequestReceived& received, TimePoint now);
  /// @return whether the response is to a request in one of the dialogs.
  bool on_response(const sip::ResponseReceived& received, TimePoint now);
  bool on_client_failed(sip::ClientId id, TimePoint now);
  /// Requests that waited for a flow leave, UPDATEs that waited for a path are answered.
  void pump(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

  /// What an early dialog has come to.
  struct Winner {
    sip::Dialog dialog;
    sdp::OfferAnswer exchange;
    bool settled = false;    ///< its session was agreed on reliably: a 2xx says nothing new of it
    bool described = false;  ///< its session is agreed on
    bool takes_update = false;
    net::IpAddress source;  ///< our media address in it
    std::optional<sip::RequestReceived> update;  ///< that has no answer yet
  };
  /// The dialog that a 2xx confirms, if it was early; all others end.
  [[nodiscard]] std::optional<Winner> take(const sip::Message& accepted, TimePoint now);
  /// The one early dialog, if there is no other and its callee can be told of another address of ours now:
  /// it is the caller's from here on, with the session as far as it was described.
  [[nodiscard]] std::optional<Winner> take_only();
  /// The INVITE is over without an answer, or given up: sound stops, the offer is as it was sent.
  void clear(TimePoint now);
  /// What stood in the call's media when the INVITE left.
  [[nodiscard]] const std::optional<sdp::OfferAnswer>& offered() const { return offered_; }
  /// Whether an offer that answers our INVITE without one can be answered at once, with sound that
  /// came from there until now; otherwise where it has to come from is still being found out.
  [[nodiscard]] bool may_be_answered(const sdp::SessionDescription& offer,
                                     const net::IpAddress& from, TimePoint now);
  /// The highest CSeq number of our requests in dialogs of this INVITE: who answers late is hung up
  /// on with a higher one.
  [[nodiscard]] std::uint32_t last_sequence() const { return last_sequence_; }
  void note_sequence(std::uint32_t used) { last_sequence_ = std::max(last_sequence_, used); }
  [[nodiscard]] bool empty() const { return dialogs_.empty(); }
  /// Of the callee that began to ring last; null: there is none.
  [[nodiscard]] const sip::Dialog* newest() const {
    return dialogs_.empty() ? nullptr : &dialogs_.back().dialog;
  }

 private:
  struct Prack {
    sip::RAck rack;
    std::optional<sdp::SessionDescription> answer;
    sip::Message sent;
    std::optional<sip::ClientId> transaction;
  };
  /// An UPDATE whose answer has to say from where our sound comes, which is still being found out.
  struct Update {
    sip::RequestReceived received;
    sdp::OfferAnswer exchange;  // with its offer
    TimePoint give_up{};
  };
  struct Early {
    sip::Dialog dialog;
    sdp::OfferAnswer exchange;
    sip::ReliableReceiver order;
    std::vector<Prack> pracks;
    bool settled = false;
    bool takes_update = false;
    net::IpAddress source;  // of our sound
    std::optional<Update> update;
  };

  Early* find_or_make(const sip::ResponseReceived& received);
  [[nodiscard]] bool take_session(Early& early, const sip::Message& response, bool reliable,
                                  std::optional<sdp::SessionDescription>& answer, TimePoint now);
  void refresh_target(Early& early, const sip::Message& message, TimePoint now);
  void hear(Early& early, TimePoint now);
  void fall_silent();
  void send_pracks(Early& early, TimePoint now);
  void answer_update(Early& early, const sip::RequestReceived& received, TimePoint now);
  void pump_update(Early& early, TimePoint now);
  [[nodiscard]] static Winner winner_of(const Early& early);
  void put_off(const Early& early, const sip::RequestReceived& update, TimePoint now);
  void reply(const sip::RequestReceived& received, sip::Message response, TimePoint now);
  void abandon(Early& early, TimePoint now);
  [[nodiscard]] NextHop hop_of(const Early& early) const;

  Parts parts_;
  std::optional<sip::Message> invite_;
  std::optional<sdp::OfferAnswer> offered_;
  net::IpAddress source_;
  std::list<Early> dialogs_;
  const Early* heard_ = nullptr;
  std::uint32_t last_sequence_ = 0;
};

}  // namespace godwit::ua
