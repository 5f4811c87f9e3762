// SPDX-License-Identifier: Apache-2.0
#include "lab/speech_proof.h"

#include <algorithm>

#include "lab/clock.h"
#include "lab/g711_decode.h"

namespace godwit::lab {
namespace {

constexpr double kAlike = 0.8;
constexpr std::size_t kWindow = 8000;  // one second
constexpr std::int64_t kWindowNs = kNsPerSecond;
constexpr std::int64_t kStepNs = 500 * kNsPerMs;
constexpr std::int64_t kSettleNs = 300 * kNsPerMs;    // jitter buffers find their place
constexpr std::int64_t kOnItsWayNs = 500 * kNsPerMs;  // delay and jitter buffer before the end
constexpr std::uint8_t kPcma = 8;

Samples speech_in(const std::vector<const SeenRtp*>& sent, std::int64_t from_ns) {
  Samples window(kWindow);
  const SeenRtp* first = nullptr;
  for (const SeenRtp* const rtp : sent) {
    if (rtp->at.time_ns < from_ns) continue;
    if (first == nullptr) first = rtp;
    const std::uint32_t at = rtp->timestamp - first->timestamp;
    if (rtp->ssrc != first->ssrc || at >= kWindow) break;
    for (std::size_t i = 0; i < rtp->payload.size() && at + i < kWindow; ++i) {
      const std::uint8_t code = rtp->payload[i];
      window[at + i] = rtp->payload_type == kPcma ? decode_pcma(code) : decode_pcmu(code);
    }
  }
  return window;
}

}  // namespace

SpeechProof prove_speech(const SpeechTask& task, const SpeechSearch& said,
                         const SpeechSearch& heard) {
  SpeechProof proof;
  std::size_t said_at = 0;
  std::size_t heard_at = 0;
  for (std::int64_t from = task.from_ns + kSettleNs;
       from + kWindowNs + kOnItsWayNs <= task.until_ns; from += kStepNs) {
    const Samples window = speech_in(task.sent, from);
    const SpeechMatch in_file = said.find(window, said_at);
    const SpeechMatch in_recording = heard.find(window, heard_at);
    const double likeness = std::min(in_file.likeness, in_recording.likeness);
    ++proof.windows;
    proof.weakest = std::min(proof.weakest, likeness);
    if (likeness < kAlike) continue;
    ++proof.found;
    said_at = in_file.at;
    heard_at = in_recording.at;
  }
  if (proof.windows == 0) proof.weakest = 0;
  return proof;
}

}  // namespace godwit::lab
