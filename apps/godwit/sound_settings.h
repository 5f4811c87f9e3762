// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "godwit/error.h"
#include "godwit/options.h"
#include "grammar.h"
#include "srtp_settings.h"

namespace godwit::cli {

/// What a call says, and what becomes of what it hears.
struct SoundSettings {
  std::string play = "silence";
  bool loop = false;
  bool echo = false;
  bool device = false;
  std::string microphone, loudspeaker;
  std::string record;
  std::string codecs;
  int packet_time = 20;  ///< ms
  bool comfort_noise = false;
  bool catch_up = false;
  SrtpSettings srtp;
  double quality_every = 0;  ///< seconds; 0: no figures
  double duration = 0;  ///< seconds after the answer; 0: until somebody hangs up
};

void add_sound_options(const Verb& verb, SoundSettings& settings);

/// @return `invalid_argument` naming the option that is wrong.
[[nodiscard]] Result<CallOptions> make_call_options(const SoundSettings& settings);

/// Where the n-th recording goes, so that none overwrites another: "a.wav", "a-2.wav".
[[nodiscard]] std::string recording_name(const std::string& file, int n);

}  // namespace godwit::cli
