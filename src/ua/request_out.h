// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "godwit/event.h"
#include "sip/auth/credential_store.h"
#include "ua/context.h"
#include "ua/next_hop.h"

namespace godwit::ua {

/// One request of ours besides INVITE, from the wish to its final answer: it waits for a flow,
/// answers challenges, goes to the next server where one does not take it (RFC 3263 §4.3), and
/// leaves again by another flow when the one that it left by is gone. What it says is rendered for
/// each flow anew.
///
/// Whoever owns it calls `pump` after every input, until `take_outcome` has something.
class RequestOut {
 public:
  struct Wiring {
    Context& context;
    Owner owner;
    sip::CredentialStore* credentials = nullptr;  ///< none: challenges are not answered
    /// How long it waits where there is no network, from its beginning.
    Duration patience{};
  };
  /// The request for a flow. `cseq` counts from 1 and rises where it has to be another request;
  /// inside a dialog the dialog's own count is taken instead.
  using Compose = std::function<sip::Message(const net::Flow& flow, std::uint32_t cseq)>;
  /// How it ended.
  struct Outcome {
    std::optional<sip::Message> request;   ///< as sent last; empty: it never left
    std::optional<sip::Message> response;  ///< the final one; empty: none came
    Error error{};                         ///< why none came
    net::Flow flow;                        ///< by which the request left
    Duration round_trip{};
  };

  RequestOut(Wiring wiring, TimePoint now);

  /// Sends it as soon as there is a flow to `hop`.
  void pump(const NextHop& hop, const Compose& compose, TimePoint now);
  void on_response(const sip::ResponseReceived& received, TimePoint now);
  void on_failure(const Error& error, TimePoint now);
  /// Its answer was taken and wants it again, otherwise worded: the same Call-ID, counted one higher
  /// (RFC 3261 §8.1.3.5).
  void repeat() { ++cseq_; }
  /// Nobody waits for it any more.
  void abandon();
  [[nodiscard]] bool sent_with(sip::ClientId id) const { return transaction_ == id; }
  [[nodiscard]] bool waiting() const { return !transaction_ && !outcome_; }
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return retry_at_; }
  [[nodiscard]] const std::optional<NextHop>& hop() const { return hop_; }

  /// Told once.
  [[nodiscard]] std::optional<Outcome> take_outcome();

 private:
  void on_no_flow(const Error& error, TimePoint now);
  void finish(std::optional<sip::Message> response, const Error& error, TimePoint now);

  Wiring wiring_;
  TimePoint give_up_at_;
  std::optional<NextHop> hop_;
  std::optional<sip::ClientId> transaction_;
  std::optional<sip::Message> sent_;
  net::Flow flow_;
  TimePoint sent_at_{};
  std::uint32_t cseq_ = 1;
  std::optional<TimePoint> retry_at_;
  std::optional<Outcome> outcome_;
};

}  // namespace godwit::ua
