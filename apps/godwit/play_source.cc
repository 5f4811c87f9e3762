// SPDX-License-Identifier: Apache-2.0
#include "play_source.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "audio/codec_book.h"

namespace godwit::cli {
namespace {

constexpr std::string_view kTonePrefix = "tone:";
constexpr int kLowestTone = 50;
constexpr int kHighestTone = 3400;

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
  const audio::CodecBook book;
  std::vector<std::string> codecs;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string name(text.substr(0, comma));
    const auto codec = book.named(name);
    if (codec == nullptr) {
      return fail(Errc::invalid_argument,
                  fmt::format("--codecs {}: only {} can be used", name, book.names()));
    }
    const bool has_rate = name.find('/') != std::string::npos;
    codecs.push_back(has_rate ? name : codec->format().name);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  if (codecs.empty()) return fail(Errc::invalid_argument, "--codecs: at least one is needed");
  return codecs;
}

}  // namespace godwit::cli
