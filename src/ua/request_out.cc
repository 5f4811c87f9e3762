// SPDX-License-Identifier: Apache-2.0
#include "ua/request_out.h"

#include <utility>

#include "sip/header/retry_after.h"
#include "ua/flow_selector.h"

namespace godwit::ua {
namespace {

// How often one that waits for a network looks for it, where no hint tells.
constexpr Duration kLookAgain = std::chrono::milliseconds{500};

}  // namespace

RequestOut::RequestOut(Wiring wiring, TimePoint now)
    : wiring_(std::move(wiring)), give_up_at_(now + wiring_.patience) {}

void RequestOut::pump(const NextHop& hop, const Compose& compose, TimePoint now) {
  if (!waiting() || (retry_at_ && now < *retry_at_)) return;
  retry_at_.reset();
  hop_ = hop;
  auto& flows = wiring_.context.flows;
  const auto choice = flows.flow_to(hop, now);
  if (std::holds_alternative<FlowSelector::Pending>(choice)) return;
  if (const auto* error = std::get_if<Error>(&choice)) return on_no_flow(*error, now);
  const auto& chosen = std::get<net::Flow>(choice);
  auto request = compose(chosen, cseq_);
  const auto carrier = flows.carrier_of(request, wiring_.credentials, hop, chosen, now);
  const auto* flow = std::get_if<net::Flow>(&carrier);
  if (flow == nullptr) return;
  if (wiring_.credentials != nullptr) wiring_.credentials->authorize(request);
  flow_ = *flow;
  sent_at_ = now;
  sent_ = request;
  transaction_ = wiring_.context.send(std::move(request), *flow, wiring_.owner, now);
}

void RequestOut::on_no_flow(const Error& error, TimePoint now) {
  wiring_.context.flows.reselect(*hop_);
  if (now < give_up_at_ && error.code == Errc::no_network) {
    retry_at_ = now + kLookAgain;
    return;
  }
  finish(std::nullopt, error, now);
}

void RequestOut::on_response(const sip::ResponseReceived& received, TimePoint now) {
  const auto& response = received.response;
  if (response.status() < 200) return;
  transaction_.reset();
  auto& flows = wiring_.context.flows;
  if (response.status() == 503) {
    const Error error{Errc::rejected, "503 " + std::string(response.reason())};
    if (flows.give_up_on(*hop_, error, sip::retry_after_of(response), now)) return;
    return finish(response, {}, now);
  }
  flows.on_answered(*hop_, now);
  auto* credentials = wiring_.credentials;
  const bool challenged = response.status() == 401 || response.status() == 407;
  if (challenged && credentials != nullptr &&
      credentials->on_challenge(*sent_, response) == sip::CredentialStore::Verdict::answer) {
    ++cseq_;
    return;
  }
  if (!challenged && credentials != nullptr &&
      credentials->on_accepted(*sent_, response) == sip::CredentialStore::ServerProof::wrong) {
    wiring_.context.out.log(LogLevel::warning, "request", std::string(sent_->call_id()),
                            std::string(kWrongProof));
  }
  flow_ = received.flow;
  finish(response, {}, now);
}

void RequestOut::on_failure(const Error& error, TimePoint now) {
  transaction_.reset();
  auto& flows = wiring_.context.flows;
  const bool own_loss = error.code == Errc::no_network;
  if (own_loss && now < give_up_at_) return flows.reselect(*hop_);
  if (flows.give_up_on(*hop_, error, std::nullopt, now)) return;
  flows.reselect(*hop_);
  const bool silent = error.code == Errc::timed_out;
  finish(std::nullopt, silent ? Error{error.code, "no answer"} : error, now);
}

void RequestOut::abandon() {
  if (transaction_) wiring_.context.abandon(*transaction_);
  transaction_.reset();
  retry_at_.reset();
}

void RequestOut::finish(std::optional<sip::Message> response, const Error& error, TimePoint now) {
  retry_at_.reset();
  outcome_ = Outcome{sent_, std::move(response), error, flow_, now - sent_at_};
}

std::optional<RequestOut::Outcome> RequestOut::take_outcome() {
  return std::exchange(outcome_, std::nullopt);
}

}  // namespace godwit::ua
