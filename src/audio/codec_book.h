// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/audio.h"
#include "godwit/error.h"

namespace godwit::audio {

using CodecList = std::vector<std::shared_ptr<const godwit::Codec>>;

/// Which codecs there are: those of this build and those that the application adds, by their names:
/// "opus", or "L16/16000" where one name has several clock rates ("L16" is the first of them).
class CodecBook {
 public:
  /// Those of this build: opus, G722, PCMU, PCMA, L16 of 8,000 to 48,000 Hz.
  CodecBook();

  /// One more; it takes the place of one with the same name and clock rate.
  /// Errors: `invalid_argument` with what it says of itself that cannot be.
  [[nodiscard]] Result<void> add(std::shared_ptr<const godwit::Codec> codec);

  /// The codec of a name, in any case; nullptr when there is none.
  [[nodiscard]] std::shared_ptr<const godwit::Codec> named(std::string_view name) const;
  /// The codecs of these names, in this order, each once.
  /// Errors: `invalid_argument` with the name that is not known, or without any name.
  [[nodiscard]] Result<CodecList> choose(const std::vector<std::string>& names) const;
  /// The codec that SDP speaks of: name, clock rate and channels agree, and it takes the
  /// parameters.
  [[nodiscard]] std::shared_ptr<const godwit::Codec> find(const CodecFormat& format) const;
  [[nodiscard]] const CodecList& all() const { return codecs_; }
  /// The names that `named` knows, for people: "opus, G722, PCMU, PCMA, L16, L16/16000".
  [[nodiscard]] std::string names() const;

 private:
  CodecList codecs_;
};

}  // namespace godwit::audio
