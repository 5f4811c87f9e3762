// SPDX-License-Identifier: Apache-2.0
#include "server/response_context.h"

#include <algorithm>
#include <array>
#include <utility>

namespace godwit::server {
namespace {

/// Of the 4xx those that tell the client how to try again (RFC 3261 §16.7 step 6).
constexpr std::array kTellingStatuses = {401, 407, 415, 420, 484};

/// Less is better: 6xx before everything, then the lowest class, in 4xx what helps the client; what
/// we made of our own CANCEL or time-out says less than what somebody answered.
int rank(int status) {
  if (status >= 600) return 0;
  const int of_class = status / 100 * 10;
  const auto* const end = kTellingStatuses.end();
  if (std::find(kTellingStatuses.begin(), end, status) != end) return of_class;
  return of_class + (status == 408 || status == 487 ? 2 : 1);
}

bool is_challenge(const sip::Message& response) {
  return response.status() == 401 || response.status() == 407;
}

}  // namespace

ResponseContext::ResponseContext(sip::Method method, std::size_t branches)
    : method_(method), finished_(branches, false) {}

bool ResponseContext::all_finished() const {
  return std::all_of(finished_.begin(), finished_.end(), [](bool f) { return f; });
}

ResponseContext::Step ResponseContext::on_response(std::size_t branch, sip::Message response) {
  const int status = response.status();
  if (status < 200) {
    // 100 is for one hop only; a provisional after the final would confuse (step 5).
    if (status == 100 || method_ != sip::Method::invite || final_status_) return {};
    return {std::move(response), false};
  }
  const bool was_finished = finished_[branch];
  finished_[branch] = true;
  if (status < 300) return on_success(std::move(response));
  if (was_finished || final_status_) return {};

  finals_.push_back(std::move(response));
  if (all_finished()) {
    Step step{choose_best(), false};
    final_status_ = step.forward->status();
    return step;
  }
  return {std::nullopt, status >= 600};
}

/// Every 2xx to INVITE goes upstream at once, also when another one went before: each makes a
/// dialog. Of other methods only the first final response does.
ResponseContext::Step ResponseContext::on_success(sip::Message response) {
  if (method_ != sip::Method::invite && final_status_) return {};
  final_status_ = response.status();
  return {std::move(response), true};
}

sip::Message ResponseContext::choose_best() {
  const auto best = std::min_element(finals_.begin(), finals_.end(),
                                     [](const sip::Message& a, const sip::Message& b) {
                                       return rank(a.status()) < rank(b.status());
                                     });
  sip::Message chosen = *best;
  if (!is_challenge(chosen)) return chosen;
  // Step 7: with a 401 or 407 go the challenges of all branches.
  for (auto it = finals_.begin(); it != finals_.end(); ++it) {
    if (it == best || !is_challenge(*it)) continue;
    for (const sip::Field field : {sip::Field::www_authenticate, sip::Field::proxy_authenticate}) {
      for (const std::string_view value : it->values(field)) chosen.add(field, value);
    }
  }
  return chosen;
}

}  // namespace godwit::server
