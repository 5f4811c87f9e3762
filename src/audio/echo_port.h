// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "audio/audio_port.h"

namespace godwit::audio {

/// A sink that feeds a source: what is heard is what is said.
struct EchoPort {
  std::unique_ptr<Source> source;
  std::unique_ptr<Sink> sink;
};

/// At most 200 ms wait inside (FrameQueue); beyond that the oldest sound is dropped, and the delay stays
/// small. `also` hears everything too (a recording); never null.
[[nodiscard]] EchoPort make_echo_port(std::unique_ptr<Sink> also);

}  // namespace godwit::audio
