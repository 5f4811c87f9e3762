// SPDX-License-Identifier: Apache-2.0
#include "lab/wav_file.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>

#include "lab/system_error.h"

namespace godwit::lab {
namespace {

constexpr int kRate = 8000;

struct Format {
  std::uint16_t tag = 1;
  std::uint16_t channels = 1;
  std::uint32_t rate = kRate;
  std::uint32_t bytes_per_second = kRate * 2;
  std::uint16_t block = 2;
  std::uint16_t bits = 16;
};

struct Chunk {
  char name[4];
  std::uint32_t size;
};

template <class T>
void put(std::ofstream& out, const T& value) {
  out.write(reinterpret_cast<const char*>(&value), sizeof value);
}

Samples first_channel(const char* data, std::size_t count, std::size_t channels) {
  Samples samples(count / channels);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    std::memcpy(&samples[i], data + 2 * i * channels, 2);
  }
  return samples;
}

}  // namespace

Result<void> write_wav(const std::string& path, const Samples& samples) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  const auto size = static_cast<std::uint32_t>(samples.size() * 2);
  put(out, Chunk{{'R', 'I', 'F', 'F'}, 36 + size});
  out.write("WAVE", 4);
  put(out, Chunk{{'f', 'm', 't', ' '}, sizeof(Format)});
  put(out, Format{});
  put(out, Chunk{{'d', 'a', 't', 'a'}, size});
  out.write(reinterpret_cast<const char*>(samples.data()), static_cast<std::streamsize>(size));
  if (!out.flush()) return system_failure("write " + path);
  return {};
}

Result<WavSound> read_any_wav(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return system_failure("read " + path);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (!bytes.starts_with("RIFF")) return fail(Errc::malformed_message, path + ": not a WAV file");
  Format format;
  format.tag = 0;
  std::size_t at = 12;
  while (at + sizeof(Chunk) <= bytes.size()) {
    Chunk chunk{};
    std::memcpy(&chunk, bytes.data() + at, sizeof chunk);
    at += sizeof chunk;
    const std::string_view name(chunk.name, 4);
    const std::size_t here = std::min<std::size_t>(chunk.size, bytes.size() - at);
    if (name == "fmt " && here >= sizeof format) {
      std::memcpy(&format, bytes.data() + at, sizeof format);
    } else if (name == "data") {
      if (format.channels < 1 || format.bits != 16) break;
      // Size 0: the writer did not live to fill it in.
      const std::size_t size = chunk.size == 0 ? bytes.size() - at : here;
      return WavSound{static_cast<int>(format.rate), format.channels,
                      first_channel(bytes.data() + at, size / 2, format.channels)};
    }
    at += here + here % 2;
  }
  return fail(Errc::malformed_message, path + ": no 16-bit sound in it");
}

Result<Samples> read_wav(const std::string& path) {
  auto sound = read_any_wav(path);
  if (!sound) return tl::unexpected(sound.error());
  if (sound->rate != kRate || sound->channels != 1) {
    return fail(Errc::malformed_message, path + ": no mono speech at 8 kHz in it");
  }
  return std::move(sound->samples);
}

}  // namespace godwit::lab
