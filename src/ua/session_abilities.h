// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "net/flow.h"
#include "sdp/format_list.h"
#include "sip/message/message.h"

namespace godwit::ua {

/// What is told of our sound.
struct SoundAbilities {
  std::vector<sdp::Format> formats;
  std::string origin_username;  ///< empty: "-"
};
/// Adds to an answer to OPTIONS the formats of sound that we can do, if the request names
/// application/sdp in Accept: a description with port 0, for which nothing is reserved (RFC 3264
/// §9). It is no offer and no answer, inside a call neither. Who names nothing gets no body: an
/// answer to a stranger stays small.
void add_session_abilities(sip::Message& response, const sip::Message& request,
                           const net::Flow& flow, const SoundAbilities& sound);

}  // namespace godwit::ua
