// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "sdp/offer_answer.h"

namespace {

using godwit::sdp::Direction;
using godwit::sdp::OfferAnswer;
using godwit::sdp::SessionDescription;

OfferAnswer make_session() {
  return OfferAnswer(
      1,
      {{0, "PCMU", 8000, 1, ""}, {8, "PCMA", 8000, 1, ""}, {101, "telephone-event", 8000, 1, ""}});
}

godwit::net::SocketAddress here() {
  return {*godwit::net::IpAddress::parse("192.0.2.1"), 4000};
}

void as_offer(const SessionDescription& offer) {
  OfferAnswer session = make_session();
  if (!session.take_offer(offer)) return;
  const auto answer = session.make_answer(here(), Direction::sendrecv);
  GODWIT_ASSERT(answer && answer->media.size() == offer.media.size());
  GODWIT_ASSERT(godwit::sdp::parse(write(*answer)) == *answer);
  const auto next = session.make_offer(here(), Direction::sendonly);
  GODWIT_ASSERT(next && next->media.size() == offer.media.size());
}

void as_answer(const SessionDescription& answer) {
  OfferAnswer session = make_session();
  (void)session.make_offer(here(), Direction::sendrecv);
  (void)session.take_answer(answer);
  GODWIT_ASSERT(session.state() == OfferAnswer::State::stable);
}

}  // namespace

/// Whatever comes is read or refused; what is read is written and read again without a change.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto description = godwit::sdp::parse({reinterpret_cast<const char*>(data), size});
  if (!description) return 0;
  GODWIT_ASSERT(godwit::sdp::parse(write(*description)) == *description);
  as_offer(*description);
  as_answer(*description);
  return 0;
}
