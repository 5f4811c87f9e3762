// SPDX-License-Identifier: Apache-2.0
#include "ua/sound_terms.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/overloaded.h"

namespace godwit::ua {
namespace {

constexpr std::uint8_t kFirstDynamicType = 96;
constexpr std::uint8_t kNarrowEvents = 101;  // as everybody numbers it
constexpr std::uint8_t kComfortNoise = 13;   // RFC 3551 §6
constexpr std::uint32_t kNarrowRate = 8000;

/// Gives out payload types of RFC 3551's dynamic range.
class Numbers {
 public:
  std::uint8_t next() {
    if (next_ == kNarrowEvents) ++next_;
    return next_++;
  }

 private:
  std::uint8_t next_ = kFirstDynamicType;
};

CodecFormat described(const sdp::Format& format) {
  return {format.name, format.clock_rate, format.channels, format.parameters};
}

/// The codec that a format of theirs is of, whatever its parameters are.
const Codec* codec_of(const audio::CodecList& codecs, const sdp::Format& theirs) {
  for (const auto& codec : codecs) {
    const auto ours = codec->format();
    if (sdp::same_codec({0, ours.name, ours.clock_rate, ours.channels, {}}, theirs)) {
      return codec.get();
    }
  }
  return nullptr;
}

sdp::FormatRules rules_of(audio::CodecList list) {
  const auto codecs = std::make_shared<const audio::CodecList>(std::move(list));
  sdp::FormatRules rules;
  rules.takes = [codecs](const sdp::Format& theirs) {
    const Codec* const codec = codec_of(*codecs, theirs);
    return codec != nullptr && codec->takes(described(theirs));
  };
  rules.answer = [codecs](const sdp::Format& theirs) {
    const Codec* const codec = codec_of(*codecs, theirs);
    return codec == nullptr ? std::string() : codec->answer_to(theirs.parameters);
  };
  rules.packet_time = [codecs](const sdp::Format& format, std::chrono::milliseconds wish) {
    const Codec* const codec = codec_of(*codecs, format);
    return codec == nullptr ? wish : codec->packet_time(wish);
  };
  return rules;
}

void add_events(std::vector<sdp::Format>& formats, Numbers& numbers) {
  std::vector<std::uint32_t> rates{kNarrowRate};
  for (const auto& format : formats) {
    const bool known = std::find(rates.begin(), rates.end(), format.clock_rate) != rates.end();
    if (!known) rates.push_back(format.clock_rate);
  }
  for (const auto rate : rates) {
    const auto type = rate == kNarrowRate ? kNarrowEvents : numbers.next();
    formats.push_back({type, "telephone-event", rate, 1, "0-16"});
  }
}

}  // namespace

sdp::ProtectionPolicy policy_for(MediaSecurity wanted, bool signalling_is_encrypted) {
  using Policy = sdp::ProtectionPolicy;
  switch (wanted) {
    case MediaSecurity::automatic:
      return signalling_is_encrypted ? Policy::required : Policy::accepted;
    case MediaSecurity::required:
      return Policy::required;
    case MediaSecurity::preferred:
      return Policy::preferred;
    case MediaSecurity::off:
      return Policy::never;
  }
  return Policy::never;
}

std::vector<sdp::Format> formats_of(const audio::CodecList& codecs, bool comfort_noise) {
  std::vector<sdp::Format> formats;
  Numbers numbers;
  for (const auto& codec : codecs) {
    const auto ours = codec->format();
    const auto fixed = codec->payload_type();
    formats.push_back({fixed ? *fixed : numbers.next(), ours.name, ours.clock_rate, ours.channels,
                       ours.parameters});
  }
  const auto narrow = [](const sdp::Format& format) { return format.clock_rate == kNarrowRate; };
  if (comfort_noise && std::any_of(formats.begin(), formats.end(), narrow)) {
    formats.push_back({kComfortNoise, "CN", kNarrowRate, 1, {}});
  }
  add_events(formats, numbers);
  return formats;
}

sdp::SoundTerms sound_terms(const CallOptions& options, const SoundMeans& means) {
  audio::CodecList codecs;
  for (const auto& name : options.codecs) {
    auto codec = means.kit->codecs.named(name);
    const bool twice = std::find(codecs.begin(), codecs.end(), codec) != codecs.end();
    if (codec && !twice) codecs.push_back(std::move(codec));
  }
  auto formats = formats_of(codecs, options.comfort_noise);
  return {std::move(formats), rules_of(std::move(codecs)), options.packet_time};
}

sdp::SoundTerms all_sound(const SoundMeans& means) {
  auto formats = formats_of(means.kit->codecs.all());
  return {std::move(formats), rules_of(means.kit->codecs.all()), CallOptions().packet_time};
}

sdp::ProtectionTerms protection_terms(const Identity& identity, const SoundMeans& means,
                                      Random& random) {
  const bool dtls = identity.srtp_keying == SrtpKeying::dtls;
  auto certificate = means.certificate;
  if (identity.dtls_suites().empty()) certificate.clear();  // no handshake would come to keys
  return {sdp::ProtectionPolicy::never, dtls ? sdp::Keying::dtls : sdp::Keying::sdes,
          identity.srtp_suites, std::move(certificate), &random};
}

std::string describe(const sdp::MediaProtection& protection) {
  return std::visit(
      overloaded{[](std::monostate) { return std::string(); },
                 [](const sdp::SdesProtection& keys) { return "SDES " + keys.send.suite; },
                 [](const sdp::DtlsProtection&) { return std::string("DTLS"); }},
      protection);
}

}  // namespace godwit::ua
