// SPDX-License-Identifier: Apache-2.0
#include "play_source.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace godwit::cli {
namespace {

constexpr std::string_view kTonePrefix = "tone:";
constexpr int kLowestTone = 50;
constexpr int kHighestTone = 3400;
constexpr std::array<std::string_view, 2> kCodecs = {"PCMU", "PCMA"};

Result<PlaySource> parse_tone(std::string_view hertz) {
  PlaySource play;
  play.kind = PlaySource::Kind::tone;
  const char* const end = hertz.data() + hertz.size();
  const auto [after, ec] = std::from_chars(hertz.data(), end, play.tone_hz);
  const bool in_range = play.tone_hz >= kLowestTone && play.tone_hz <= kHighestTone;
  if (ec != std::errc{} || after != end || !in_range) {
    return fail(Errc::invalid_argument,
                fmt::format("--play tone:{}: {} to {} Hz", hertz, kLowestTone, kHighestTone));
  }
  return play;
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return out;
}

}  // namespace

Result<PlaySource> parse_play_source(const std::string& text) {
  PlaySource play;
  if (text == "silence") return play;
  if (text == "echo") {
    play.kind = PlaySource::Kind::echo;
    return play;
  }
  if (text.rfind(kTonePrefix, 0) == 0) {
    return parse_tone(std::string_view(text).substr(kTonePrefix.size()));
  }
  if (::access(text.c_str(), R_OK) != 0) {
    return fail(Errc::invalid_argument, fmt::format("--play {}: {}", text, std::strerror(errno)));
  }
  play.kind = PlaySource::Kind::file;
  play.file = text;
  return play;
}

Result<std::vector<std::string>> parse_codecs(std::string_view text) {
  std::vector<std::string> codecs;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string codec = upper(text.substr(0, comma));
    if (std::find(kCodecs.begin(), kCodecs.end(), codec) == kCodecs.end()) {
      return fail(Errc::invalid_argument,
                  fmt::format("--codecs {}: only {} can be used", codec, "PCMU and PCMA"));
    }
    codecs.push_back(codec);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  if (codecs.empty()) return fail(Errc::invalid_argument, "--codecs: at least one is needed");
  return codecs;
}

}  // namespace godwit::cli
