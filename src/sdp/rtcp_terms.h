// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sdp/agreement.h"
#include "sdp/session_description.h"

namespace godwit::sdp {

/// What we can do with RTCP, and tell the far end of it.
struct RtcpTerms {
  bool mux = false;           ///< by the port of RTP (RFC 5761)
  bool reduced_size = false;  ///< RFC 5506; told where the profile has feedback, which it needs
  bool voip_metrics = false;  ///< we want reports of what the far end hears (RFC 3611)
};

/// For a line whose protocol is set.
void put_rtcp(Media& line, const RtcpTerms& terms);
/// Of what the offer asks for, that which we can do. Who allows nothing but one port for both (RFC 8858)
/// is answered like everybody who offers it.
void put_rtcp_answer(Media& line, const RtcpTerms& terms, const Media& offered);
/// Fills in what the far end's line makes of it, the answer to ours or the offer that we answer.
/// `agreement.remote` is where its RTP is wanted.
void agree_on_rtcp(const Media& theirs, const RtcpTerms& terms, Agreement& agreement);

}  // namespace godwit::sdp
