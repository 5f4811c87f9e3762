// SPDX-License-Identifier: Apache-2.0
#include "sound_settings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "godwit/audio.h"
#include "play_source.h"

namespace godwit::cli {
namespace {

constexpr double kLongestCall = 24 * 3600.0;
constexpr int kShortestPacket = 10;
constexpr int kLongestPacket = 60;
constexpr double kLongestInterval = 3600.0;

Result<void> check_recordable(const std::string& file) {
  if (file.empty()) return {};
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  if (::access(folder.empty() ? "." : folder.c_str(), W_OK) == 0) return {};
  return fail(Errc::invalid_argument, fmt::format("--record {}: {}", file, std::strerror(errno)));
}

bool is_known(const std::vector<AudioDevice>& devices, const std::string& name, bool captures) {
  return name.empty() || name == "null" ||
         std::any_of(devices.begin(), devices.end(), [&](const AudioDevice& device) {
           return device.captures == captures &&
                  (device.name == name || device.description == name);
         });
}

/// Whoever asks for a device hears at once that there is none, rather than in the call.
Result<void> choose_devices(const SoundSettings& settings, PlaySource& play) {
  const std::string& microphone = settings.microphone;
  const std::string& loudspeaker = settings.loudspeaker;
  if (!settings.device && microphone.empty() && loudspeaker.empty()) return {};
  play.kind = PlaySource::Kind::device;
  play.device.capture = microphone;
  play.device.playback = loudspeaker;
  if (microphone == "null" && loudspeaker == "null") return {};
  const auto devices = audio_devices();
  if (!devices) return tl::unexpected(devices.error());
  if (!is_known(*devices, microphone, true)) {
    return fail(Errc::invalid_argument,
                "--microphone " + microphone + ": godwit devices lists them");
  }
  if (!is_known(*devices, loudspeaker, false)) {
    return fail(Errc::invalid_argument,
                "--loudspeaker " + loudspeaker + ": godwit devices lists them");
  }
  return {};
}

}  // namespace

void add_sound_options(const Verb& verb, SoundSettings& settings) {
  const std::string group = "Sound";
  verb.text({"--play", "What the peer hears: a sound file, tone:HZ, silence (the default) or echo",
             "WHAT", group},
            settings.play);
  verb.flag({"--loop", "Start the file again at its end", "", group}, settings.loop);
  verb.flag({"--echo", "Send back what is heard; the same as --play echo", "", group},
            settings.echo);
  verb.flag(
      {"--device", "Speak and listen by microphone and loudspeaker (godwit devices lists them)", "",
       group},
      settings.device);
  verb.text({"--microphone", "This one, or null for silence; with --device", "NAME", group},
            settings.microphone);
  verb.text({"--loudspeaker", "This one, or null for none; with --device", "NAME", group},
            settings.loudspeaker);
  verb.text({"--record", "Write what is heard to a .wav, .flac, .ogg or .opus file", "FILE", group},
            settings.record);
  verb.text({"--codecs",
             "In order of preference, of opus, G722, PCMU, PCMA, L16, L16/16000 and the like; "
             "default: opus,G722,PCMU,PCMA",
             "LIST", group},
            settings.codecs);
  verb.number(
      {"--packet-time", "Of what is heard: 10 to 60 in steps of 10; default: 20", "MS", group},
      settings.packet_time, {kShortestPacket, kLongestPacket});
  verb.flag({"--comfort-noise", "Tell silence once instead of sending it on (RFC 3389)", "", group},
            settings.comfort_noise);
  verb.flag({"--catch-up", "Say afterwards, a little faster, what could not be sent for a moment",
             "", group},
            settings.catch_up);
  add_srtp_options(verb, settings.srtp);
  verb.number({"--quality-every", "Tell how well the call is heard this often, as media.quality",
               "SECONDS", group},
              settings.quality_every, {0, kLongestInterval});
  verb.number({"--duration", "Hang up this long after the answer", "SECONDS", group},
              settings.duration, {0, kLongestCall});
}

Result<CallOptions> make_call_options(const SoundSettings& settings) {
  CallOptions options;
  const Result<PlaySource> play = parse_play_source(settings.echo ? "echo" : settings.play);
  if (!play) return tl::unexpected(play.error());
  options.play = *play;
  options.play.loop = settings.loop;
  if (auto chosen = choose_devices(settings, options.play); !chosen) {
    return tl::unexpected(chosen.error());
  }
  if (!settings.codecs.empty()) {
    Result<std::vector<std::string>> codecs = parse_codecs(settings.codecs);
    if (!codecs) return tl::unexpected(codecs.error());
    options.codecs = std::move(*codecs);
  }
  if (settings.packet_time % kShortestPacket != 0) {
    return fail(Errc::invalid_argument,
                fmt::format("--packet-time {}: in steps of 10", settings.packet_time));
  }
  options.packet_time = std::chrono::milliseconds{settings.packet_time};
  options.comfort_noise = settings.comfort_noise;
  options.catch_up = settings.catch_up;
  options.quality_interval = std::chrono::seconds(std::lround(settings.quality_every));
  const Result<void> recordable = check_recordable(settings.record);
  if (!recordable) return tl::unexpected(recordable.error());
  options.record_file = settings.record;
  return options;
}

std::string recording_name(const std::string& file, int n) {
  if (file.empty() || n <= 1) return file;
  const std::filesystem::path path(file);
  const std::string name =
      fmt::format("{}-{}{}", path.stem().string(), n, path.extension().string());
  return (path.parent_path() / name).string();
}

}  // namespace godwit::cli
