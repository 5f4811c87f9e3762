// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "lab/observation.h"
#include "lab/speech_search.h"

namespace godwit::lab {

/// Whether what was said after a change was heard at the other end.
struct SpeechProof {
  int windows = 0;     ///< seconds of speech looked for
  int found = 0;       ///< of these, found in the other end's recording
  double weakest = 1;  ///< lowest likeness of those

  /// At least two windows, and three of four were found: a jitter buffer that slips by a frame
  /// spoils the one it slips in.
  [[nodiscard]] bool heard() const { return windows >= 2 && found * 4 >= windows * 3; }
};

/// One direction between two moments.
struct SpeechTask {
  std::vector<const SeenRtp*> sent;  ///< as it left the speaker
  std::int64_t from_ns = 0;          ///< wall time
  std::int64_t until_ns = 0;
};

/// Takes the speech out of the packets that left the speaker, second by second, and finds it in the
/// file that the speaker was given (so it is speech, and the right one) and in the recording of the
/// listener.
[[nodiscard]] SpeechProof prove_speech(const SpeechTask& task, const SpeechSearch& said,
                                       const SpeechSearch& heard);

}  // namespace godwit::lab
