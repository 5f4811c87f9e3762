// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "sdp/agreement.h"
#include "sdp/format_list.h"

namespace godwit::sdp {

/// What the codecs have to say of a format with the name, clock rate and channels of one of ours. What is
/// not asked for here is as SDP says by itself: every such format can be done, and is answered with our
/// own parameters.
struct FormatRules {
  std::function<bool(const Format& theirs)> takes;
  std::function<std::string(const Format& theirs)> answer;  ///< the fmtp value of our answer
  /// The longest packet time up to `wish` that it can send.
  std::function<std::chrono::milliseconds(const Format& format, std::chrono::milliseconds wish)>
      packet_time;
};

/// A format that both sides have.
struct SharedFormat {
  Format ours;    // payload type and parameters as we announce them
  Format theirs;  // as they do
};

/// What of an offer we answer, in its order and with its payload types; each codec of ours once.
[[nodiscard]] std::vector<SharedFormat> take_offered(const std::vector<Format>& own,
                                                     const std::vector<Format>& offered,
                                                     const FormatRules& rules);
/// What an answer to our offer leaves, in its order. It may have numbers of its own: codecs are matched by
/// what they are (RFC 3264 §6.1).
[[nodiscard]] std::vector<SharedFormat> take_answered(const std::vector<Format>& own,
                                                      const std::vector<Format>& answered,
                                                      const FormatRules& rules);
/// Ours of all of them: what our answer lists.
[[nodiscard]] std::vector<Format> ours_of(const std::vector<SharedFormat>& shared);
/// The first that carries sound; nullptr when there is none.
[[nodiscard]] const SharedFormat* first_sound(const std::vector<SharedFormat>& shared);

/// Fills in which payload types mean what: codecs, telephone-events and comfort noise. There is sound
/// among `shared`.
void agree_on_formats(const std::vector<SharedFormat>& shared, Agreement& agreement);

/// RFC 3264 §8.3.2: a payload type never changes its meaning during a session. Gives `own` the numbers
/// that are in use for them, and keeps off those for everything else.
void adopt_payload_types(const std::vector<Format>& used, std::vector<Format>& own);

}  // namespace godwit::sdp
