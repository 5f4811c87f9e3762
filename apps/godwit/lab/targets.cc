// SPDX-License-Identifier: Apache-2.0
#include "lab/targets.h"

#include <fmt/format.h>

namespace godwit::lab {
namespace {

using nlohmann::json;

constexpr double kNoticeMs = 10;

bool is_v6(const json& address) {
  return address.get<std::string>().find(':') != std::string::npos;
}

double median_of(const json& value) {
  return (value.is_object() ? value["median"] : value).get<double>();
}

}  // namespace

Limits limits_for(const LabOptions& options, const json& change) {
  if (options.jitter_ms > 0 || options.loss_percent > 0 || options.reorder_percent > 0 ||
      options.rate_kbps > 0) {
    return {};
  }
  Limits limits;
  auto& greatest = limits.greatest;
  greatest["noticed_ms"] = kNoticeMs;
  if (options.scenario == "flap") return limits;
  if (change["kind"] == "make") {
    greatest["lost_in"] = greatest["lost_out"] = 0;
    greatest["clicks_in"] = greatest["missing_in_ms"] = greatest["missing_out_ms"] = 0;
    return limits;
  }
  const double peer_ms = 4 * options.one_way_ms;  // P: two access links, there and back
  const bool across = is_v6(change["from"]) != is_v6(change["to"]);
  const bool baresip = options.peer == "baresip";
  greatest["registers"] = 1;
  if (across && baresip) return limits;  // it cannot answer in the other family: redialled
  greatest["first_rtp_in_ms"] = peer_ms + (baresip ? 25 : 15);
  greatest["first_rtp_out_at_peer_ms"] = (across ? 1.5 : 0.5) * peer_ms + 25;
  if (options.scenario == "wifi-to-lte") {
    // What is under way for P is lost, and one more.
    const double frames = peer_ms / 20 + 1;
    greatest["lost_in"] = frames;
    greatest["lost_out"] = across ? frames : 1;
  }
  return limits;
}

bool within_limit(const json& value, double limit) {
  return !value.is_null() && median_of(value) <= limit;
}

json missed_targets(const LabOptions& options, const json& report) {
  json missed = json::array();
  int number = 0;
  for (const json& change : report["changes"]) {
    ++number;
    for (const auto& [field, limit] : limits_for(options, change).greatest) {
      if (within_limit(change[field], limit)) continue;
      missed.push_back(fmt::format(
          "change {}: {} is {}, not at most {:g}", number, field,
          change[field].is_null() ? "missing" : fmt::format("{:g}", median_of(change[field])),
          limit));
    }
  }
  if (report["bindings"].size() > 1) {
    missed.push_back(fmt::format("{} bindings left, not one", report["bindings"].size()));
  }
  return missed;
}

}  // namespace godwit::lab
