// SPDX-License-Identifier: Apache-2.0
#include "audio/codec_book.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "audio/g711_codec.h"
#include "audio/g722_codec.h"
#include "audio/l16_codec.h"
#include "audio/opus_codec.h"
#include "base/text.h"

namespace godwit::audio {
namespace {

constexpr std::array kSampleRates{8000, 16'000, 32'000, 48'000};
constexpr std::uint8_t kFirstRtcpType =
    64;  // 64 to 95 look like RTCP on a shared port (RFC 5761 §4)

/// "L16/16000": a name, and the clock rate where one is given. Of several channels, as SDP has it,
/// there is no codec here that needs telling apart.
struct Name {
  std::string_view name;
  std::optional<std::uint32_t> clock_rate;
};

std::optional<Name> split(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return Name{text, std::nullopt};
  const std::string_view digits = text.substr(slash + 1);
  std::uint32_t rate = 0;
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), rate);
  if (ec != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return Name{text.substr(0, slash), rate};
}

bool is_of(const CodecFormat& format, const Name& name) {
  return equal_ignoring_case(format.name, name.name) &&
         (!name.clock_rate || format.clock_rate == *name.clock_rate);
}

/// A word that may stand in rtpmap, and that the book can tell from its clock rate.
bool is_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z') ||
           std::string_view{"-_.+"}.find(c) != std::string_view::npos;
  });
}

tl::unexpected<Error> refuse(const std::string& name, const std::string& why) {
  return fail(Errc::invalid_argument, "codec \"" + name + "\": " + why);
}

Result<void> check(const godwit::Codec& codec) {
  const CodecFormat format = codec.format();
  if (!is_name(format.name)) return refuse(format.name, "that is no name for SDP");
  if (std::ranges::find(kSampleRates, codec.sample_rate()) == kSampleRates.end()) {
    return refuse(format.name, "samples come at 8000, 16000, 32000 or 48000 Hz");
  }
  if (format.clock_rate == 0 || format.channels == 0) {
    return refuse(format.name, "clock rate and channels are at least 1");
  }
  if (std::ranges::any_of(format.parameters, breaks_a_line)) {
    return refuse(format.name, "its parameters are one line");
  }
  if (codec.payload_type().value_or(0) >= kFirstRtcpType) {
    return refuse(format.name, "a static payload type is below 64");
  }
  return {};
}

}  // namespace

CodecBook::CodecBook() {
  codecs_.push_back(std::make_shared<OpusCodec>());
  codecs_.push_back(std::make_shared<G722Codec>());
  codecs_.push_back(std::make_shared<G711Codec>(Law::pcmu));
  codecs_.push_back(std::make_shared<G711Codec>(Law::pcma));
  for (const int hz : kSampleRates) codecs_.push_back(std::make_shared<L16Codec>(hz));
}

Result<void> CodecBook::add(std::shared_ptr<const godwit::Codec> codec) {
  if (!codec) return fail(Errc::invalid_argument, "codecs: one of them is a null pointer");
  if (auto checked = check(*codec); !checked) return checked;
  const CodecFormat format = codec->format();
  const auto same = std::ranges::find_if(codecs_, [&](const auto& other) {
    return is_of(other->format(), {format.name, format.clock_rate});
  });
  if (same == codecs_.end()) {
    codecs_.push_back(std::move(codec));
  } else {
    *same = std::move(codec);
  }
  return {};
}

std::shared_ptr<const godwit::Codec> CodecBook::named(std::string_view name) const {
  const auto wanted = split(name);
  if (!wanted) return nullptr;
  const auto found = std::ranges::find_if(
      codecs_, [&](const auto& codec) { return is_of(codec->format(), *wanted); });
  return found == codecs_.end() ? nullptr : *found;
}

Result<CodecList> CodecBook::choose(const std::vector<std::string>& wanted) const {
  if (wanted.empty())
    return fail(Errc::invalid_argument, "codecs: name at least one of " + names());
  CodecList chosen;
  for (const std::string& name : wanted) {
    auto codec = named(name);
    if (!codec) {
      return fail(Errc::invalid_argument,
                  "codecs: \"" + name + "\" is none of those we have: " + names());
    }
    if (std::ranges::find(chosen, codec) == chosen.end()) chosen.push_back(std::move(codec));
  }
  return chosen;
}

std::shared_ptr<const godwit::Codec> CodecBook::find(const CodecFormat& format) const {
  const auto found = std::ranges::find_if(codecs_, [&](const auto& codec) {
    const CodecFormat ours = codec->format();
    return is_of(ours, {format.name, format.clock_rate}) && ours.channels == format.channels &&
           codec->takes(format);
  });
  return found == codecs_.end() ? nullptr : *found;
}

std::string CodecBook::names() const {
  std::string text;
  for (const auto& codec : codecs_) {
    const CodecFormat format = codec->format();
    if (!text.empty()) text += ", ";
    text += format.name;
    // The first of a name is found without its rate.
    if (named(format.name) != codec) text += '/' + std::to_string(format.clock_rate);
  }
  return text;
}

}  // namespace godwit::audio
