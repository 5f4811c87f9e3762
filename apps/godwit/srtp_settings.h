// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "godwit/options.h"
#include "grammar.h"

namespace godwit::cli {

/// How the sound of calls is encrypted, and where it may go besides where signalling says.
struct SrtpSettings {
  std::string security = "automatic";
  std::string keying = "sdes";
  std::string suites;  ///< with commas; empty: the library's own
  bool follow = true;
  bool latch = false;
};

void add_srtp_options(const Verb& verb, SrtpSettings& settings);

void apply(const SrtpSettings& settings, AccountOptions& options);

}  // namespace godwit::cli
