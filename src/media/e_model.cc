// SPDX-License-Identifier: Apache-2.0
#include "media/e_model.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"

namespace godwit::media {
namespace {

struct KnownCodec {
  std::string_view name;
  CodecImpairment impairment;
};

// G.711 with concealment: G.113 tables I.1 and I.4 (without it Bpl is 4.3). G.722 at 64 kbit/s: Ie
// from G.113 table IV.1. ITU has published nothing for Opus and no Bpl for G.722: those of EVS at 24.4
// kbit/s stand in (G.113 tables V.1 and V.3), a codec of the same kind at a rate that we use.
constexpr std::array<KnownCodec, 4> kCodecs{{
    {"PCMU", {MosScale::narrowband, 0, 25.1}},
    {"PCMA", {MosScale::narrowband, 0, 25.1}},
    {"G722", {MosScale::wideband, 13, 11.4}},
    {"opus", {MosScale::fullband, 7.2, 11.4}},
}};

// Of an undisturbed call with G.107's default values: the noise floor No, Ro and Is.
constexpr double kNoise = -61.18;  // dBm0p
constexpr double kSignalToNoise = 94.77;
constexpr double kSimultaneous = 1.41;
constexpr double kTalkerEchoLoudness = 65;      // TELR, dB
constexpr double kWeightedEchoPathLoss = 110;   // WEPL, dB
constexpr double kReceiveLoudness = 2;          // RLR, dB
constexpr double kMostBurstRatio = 2;           // as far as G.107 §7.5 has been verified
constexpr double kWorstImpairment = 95;

/// How much larger ITU's figure is on the scale of a wider band (G.107.1, G.107.2).
double scale_of(MosScale scale) {
  switch (scale) {
    case MosScale::narrowband:
      return 1;
    case MosScale::wideband:
      return 1.29;
    case MosScale::fullband:
      return 1.48;
  }
  return 1;
}

/// §7.4, Idte: one's own voice, come back after so many ms.
double talker_echo(double one_way) {
  const double terv = kTalkerEchoLoudness -
                      40 * std::log10((1 + one_way / 10) / (1 + one_way / 150)) +
                      6 * std::exp(-0.3 * one_way * one_way);
  const double re = 80 + 2.5 * (terv - 14);
  const double roe = -1.5 * (kNoise - kReceiveLoudness);
  const double half = (roe - re) / 2;
  return (half + std::sqrt(half * half + 100) - 1) * (1 - std::exp(-one_way));
}

/// §7.4, Idle: the other's voice, heard twice.
double listener_echo(double round_trip) {
  const double rle = 10.5 * (kWeightedEchoPathLoss + 7) * std::pow(round_trip + 1, -0.25);
  const double half = (kSignalToNoise - rle) / 2;
  return half + std::sqrt(half * half + 169);
}

/// §7.4, Idd: answers that come late, whether there is an echo or not.
double slow_answers(double one_way) {
  if (one_way <= 100) return 0;
  const double x = std::log2(one_way / 100);
  const auto root = [](double value) { return std::pow(1 + std::pow(value, 6), 1.0 / 6); };
  return 25 * (root(x) - 3 * root(x / 3) + 2);
}

double delay_impairment(Duration delay) {
  const double one_way =
      std::max(0.0, std::chrono::duration<double, std::milli>(delay).count());
  return talker_echo(one_way) + listener_echo(2 * one_way) + slow_answers(one_way);
}

/// §7.5, Ie-eff.
double equipment_impairment(const CodecImpairment& codec, const Conditions& conditions) {
  const double percent = 100 * std::clamp(conditions.loss, 0.0, 1.0);
  const double burst_ratio = std::clamp(conditions.burst_ratio, 1.0, kMostBurstRatio);
  const double worst =
      codec.scale == MosScale::fullband ? 132 : kWorstImpairment;  // G.107.2 §7.5
  return codec.ie + (worst - codec.ie) * percent / (percent / burst_ratio + codec.bpl);
}

}  // namespace

CodecImpairment impairment_of(std::string_view codec, std::uint32_t sample_rate) {
  const auto known = std::ranges::find_if(
      kCodecs, [codec](const KnownCodec& one) { return equal_ignoring_case(one.name, codec); });
  if (known != kCodecs.end()) return known->impairment;
  if (sample_rate <= 8000) return {MosScale::narrowband, 0, 25.1};
  return {sample_rate <= 16'000 ? MosScale::wideband : MosScale::fullband, 0, 11.4};
}

double r_factor(const CodecImpairment& codec, const Conditions& conditions) {
  const double undisturbed = kSignalToNoise - kSimultaneous - delay_impairment(conditions.one_way);
  const double r =
      undisturbed - equipment_impairment(codec, conditions) / scale_of(codec.scale);
  // A wider band begins at 129 or 148, which is 100 here, and knows no losses on the line.
  const double wider = codec.scale == MosScale::narrowband ? 0 : 100 - kSignalToNoise + kSimultaneous;
  return std::clamp(r + wider, 0.0, 100.0);
}

double mos_of(double r_factor) {
  if (r_factor <= 0) return 1;
  if (r_factor >= 100) return 4.5;
  return std::max(1.0, 1 + 0.035 * r_factor +
                           r_factor * (r_factor - 60) * (100 - r_factor) * 7e-6);
}

}  // namespace godwit::media
