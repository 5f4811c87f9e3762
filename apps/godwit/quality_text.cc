// SPDX-License-Identifier: Apache-2.0
#include "quality_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace godwit::cli {
namespace {

constexpr double kPerCent = 100;

template <class Number>
Json number_or_null(const std::optional<Number>& number) {
  return number ? Json(*number) : Json(nullptr);
}

Json to_json(const QualitySecond& second) {
  Json j;
  j["at_ms"] = milliseconds(second.at);
  j["packets"] = second.packets;
  j["lost"] = second.lost;
  j["discarded"] = second.discarded;
  j["loss_percent"] = kPerCent * second.loss();
  j["jitter_ms"] = milliseconds(second.jitter);
  j["buffered_ms"] = milliseconds(second.buffered);
  j["longest_gap_ms"] = milliseconds(second.longest_gap);
  j["round_trip_ms"] = milliseconds_or_null(second.round_trip);
  j["r_factor"] = second.r_factor;
  j["mos"] = second.mos;
  return j;
}

Json to_json(const std::optional<FarQuality>& far) {
  Json j;
  j["at_ms"] = far ? Json(milliseconds(far->at)) : Json(nullptr);
  j["loss_percent"] = far ? Json(kPerCent * far->loss) : Json(nullptr);
  j["lost"] = far ? Json(far->lost) : Json(nullptr);
  j["jitter_ms"] = far ? Json(milliseconds(far->jitter)) : Json(nullptr);
  j["r_factor"] = far ? number_or_null(far->r_factor) : Json(nullptr);
  j["mos"] = far ? number_or_null(far->mos) : Json(nullptr);
  return j;
}

}  // namespace

Json to_json(const CallQuality& quality) {
  Json j;
  j["scale"] = to_string(quality.scale);
  j["now"] = to_json(quality.now);
  j["seconds"] = quality.seconds;
  j["packets"] = quality.packets;
  j["lost"] = quality.lost;
  j["discarded"] = quality.discarded;
  j["duplicates"] = quality.duplicates;
  j["reordered"] = quality.reordered;
  j["loss_percent"] = kPerCent * quality.loss();
  j["jitter_ms"] = milliseconds(quality.jitter);
  j["longest_gap_ms"] = milliseconds(quality.longest_gap);
  j["mos"] = quality.mos;
  j["mos_least"] = quality.mos_least;
  j["mos_most"] = quality.mos_most;
  j["worst_at_ms"] = milliseconds(quality.worst_at);
  j["burst_loss_percent"] = kPerCent * quality.burst_loss;
  j["gap_loss_percent"] = kPerCent * quality.gap_loss;
  j["burst_length_ms"] = milliseconds(quality.burst_length);
  j["gap_length_ms"] = milliseconds(quality.gap_length);
  j["far_end"] = to_json(quality.far_end);
  return j;
}

std::string quality_now(const CallQuality& quality) {
  const QualitySecond& now = quality.now;
  if (now.mos == 0) return {};
  std::string text = fmt::format("MOS {:.1f}  loss {:.1f} %  jitter {:.0f} ms", now.mos,
                                 kPerCent * now.loss(), milliseconds(now.jitter));
  if (now.round_trip) text += fmt::format("  round trip {:.0f} ms", milliseconds(*now.round_trip));
  return text;
}

std::string quality_summary(const CallQuality& quality) {
  if (quality.seconds == 0) return {};
  std::string text = fmt::format(
      "MOS {:.2f} ({:.2f} to {:.2f}, {}), {:.2f} % not heard, longest gap {:.0f} ms", quality.mos,
      quality.mos_least, quality.mos_most, to_string(quality.scale), kPerCent * quality.loss(),
      milliseconds(quality.longest_gap));
  if (quality.now.round_trip) {
    text += fmt::format(", round trip {:.0f} ms", milliseconds(*quality.now.round_trip));
  }
  if (!quality.far_end) return text;
  const FarQuality& far = *quality.far_end;
  text += fmt::format("\nThe peer lost {} of our packets, jitter {:.1f} ms", far.lost,
                      milliseconds(far.jitter));
  if (far.mos) text += fmt::format(", MOS {:.1f}", *far.mos);
  return text;
}

std::string to_text(const QualityChanged& change) {
  const auto sentence = [&change](std::string_view name, double factor, std::string_view unit) {
    const bool is_mos = change.measure == QualityMeasure::mos;
    const std::string_view than = change.bad != is_mos ? "more than" : "less than";
    return fmt::format("{} of {:.3g}{}, {} {:.3g}{}", name, factor * change.value, unit, than,
                       factor * change.limit, unit);
  };
  switch (change.measure) {
    case QualityMeasure::round_trip:
      return sentence("round trip", 1, " ms");
    case QualityMeasure::jitter:
      return sentence("jitter", 1, " ms");
    case QualityMeasure::mos:
      return sentence("MOS", 1, "");
    case QualityMeasure::loss:
      return sentence("loss", kPerCent, " %");
  }
  return {};
}

}  // namespace godwit::cli
