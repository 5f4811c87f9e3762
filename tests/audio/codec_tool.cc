// SPDX-License-Identifier: Apache-2.0
// Codecs as files, so that other programs can be asked whether they agree:
//   codec_tool speech|noise|every HZ >RAW    two seconds of sound; every value of a sample
//   codec_tool encode NAME [FMTP] <RAW >CODED   packets of 20 ms; Opus in an Ogg file
//   codec_tool decode NAME <CODED >RAW
//   codec_tool compare A B LATE              dB by which B, up to LATE samples late, differs from A
//   codec_tool noise-like PAYLOADS RAW       dB and first coefficient of comfort noise against a
//   sound
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "audio/codec_book.h"
#include "audio/comfort_noise.h"
#include "ogg_opus.h"
#include "support/sound.h"

namespace {

using godwit::test::Sound;
using Bytes = std::vector<std::byte>;
using Arguments = std::vector<std::string>;

Bytes read_all(std::istream& in) {
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  Bytes bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

Bytes read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return read_all(file);
}

Sound sound_of(const Bytes& bytes) {
  Sound sound(bytes.size() / 2);
  std::memcpy(sound.data(), bytes.data(), sound.size() * 2);
  return sound;
}

void write_all(std::span<const std::byte> bytes) {
  std::cout.write(reinterpret_cast<const char*>(bytes.data()),
                  static_cast<std::streamsize>(bytes.size()));
}

int make_sound(const std::string& what, int hz) {
  const std::size_t count = 2 * static_cast<std::size_t>(hz);
  Sound sound;
  if (what == "speech") sound = godwit::test::speech(hz, 130, count);
  if (what == "noise") sound = godwit::test::noise(count, 100);
  for (int i = -32'768; what == "every" && i < 32'768; ++i) {
    sound.push_back(static_cast<std::int16_t>(i));
  }
  write_all(std::as_bytes(std::span{sound}));
  return 0;
}

int encode(const godwit::Codec& codec, const std::string& parameters) {
  godwit::CodecFormat theirs = codec.format();
  theirs.parameters = parameters;
  const auto encoder = codec.make_encoder(theirs, std::chrono::milliseconds{20});
  const Sound sound = sound_of(read_all(std::cin));
  const std::size_t frame = static_cast<std::size_t>(codec.sample_rate()) / 50;
  OggOpus opus;
  Bytes room(1400);
  for (std::size_t i = 0; i < sound.size(); i += frame) {
    const auto part = std::span{sound}.subspan(i, std::min(frame, sound.size() - i));
    const auto payload = std::span{room}.first(encoder->encode(part, room));
    if (theirs.name != "opus") write_all(payload);
    opus.packets.emplace_back(payload.begin(), payload.end());
  }
  if (theirs.name == "opus") write_all(write_ogg_opus(opus));
  return 0;
}

/// An Ogg file has packets; of the others any piece will do.
std::optional<OggOpus> packets_of(const Bytes& coded, bool opus) {
  if (opus) return read_ogg_opus(coded);
  OggOpus pieces;
  for (std::size_t i = 0; i < coded.size(); i += 160) {
    const auto end = std::min(i + 160, coded.size());
    pieces.packets.emplace_back(coded.begin() + static_cast<std::ptrdiff_t>(i),
                                coded.begin() + static_cast<std::ptrdiff_t>(end));
  }
  return pieces;
}

int decode(const godwit::Codec& codec) {
  const auto decoder = codec.make_decoder();
  const auto pieces = packets_of(read_all(std::cin), codec.format().name == "opus");
  if (!pieces) return 1;
  Sound all;
  for (const Bytes& payload : pieces->packets) {
    Sound part(decoder->samples_in(payload));
    if (decoder->decode(payload, part) != part.size()) return 1;
    all.insert(all.end(), part.begin(), part.end());
  }
  write_all(std::as_bytes(std::span{all}.subspan(std::min(pieces->pre_skip, all.size()))));
  return 0;
}

int compare(const std::string& a, const std::string& b, std::size_t late) {
  const Sound sound = sound_of(read_file(a));
  const Sound copy = sound_of(read_file(b));
  if (sound.empty() || copy.size() + late < sound.size()) return 1;
  std::printf("%.1f\n", godwit::test::best_signal_to_noise(sound, copy, late));
  return 0;
}

/// Payloads of 11 bytes each: what is made of them, beside the sound that they describe.
int compare_noise(const Bytes& payloads, const Sound& background) {
  using namespace godwit::audio;
  ComfortNoise noise(8000);
  Sound made;
  for (std::size_t i = 0; i + 11 <= payloads.size(); i += 11) {
    noise.describe(*parse_comfort_noise(std::span{payloads}.subspan(i, 11)));
    made.resize(made.size() + 640);
    noise.make(std::span{made}.last(640));
  }
  const double louder =
      20 * std::log10(godwit::test::level(made) / godwit::test::level(background));
  const float shape = predict(autocorrelate(made)).reflection[0];
  const float wanted = predict(autocorrelate(background)).reflection[0];
  std::printf("%.1f %.2f\n", louder, static_cast<double>(shape - wanted));
  return made.empty() ? 1 : 0;
}

int run(const Arguments& arguments) {
  const std::string& what = arguments[0];
  if (what == "speech" || what == "noise" || what == "every") {
    return make_sound(what, std::stoi(arguments[1]));
  }
  if (what == "compare" && arguments.size() == 4) {
    return compare(arguments[1], arguments[2], std::stoul(arguments[3]));
  }
  if (what == "noise-like" && arguments.size() == 3) {
    return compare_noise(read_file(arguments[1]), sound_of(read_file(arguments[2])));
  }
  const auto codec = godwit::audio::CodecBook().named(arguments[1]);
  if (!codec) return 2;
  return what == "encode" ? encode(*codec, arguments.size() > 2 ? arguments[2] : "")
                          : decode(*codec);
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments(argv + 1, argv + argc);
  if (arguments.size() < 2) {
    std::fprintf(stderr, "usage: codec_tool WHAT ARGUMENT...\n");
    return 2;
  }
  return run(arguments);
}
