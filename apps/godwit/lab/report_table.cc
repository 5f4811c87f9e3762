// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "lab/report.h"
#include "lab/targets.h"

namespace godwit::lab {
namespace {

using nlohmann::json;

class Painter {
 public:
  explicit Painter(bool color) : color_(color) {}
  [[nodiscard]] std::string bold(const std::string& text) const { return wrap("1", text); }
  [[nodiscard]] std::string good(const std::string& text) const { return wrap("32", text); }
  [[nodiscard]] std::string bad(const std::string& text) const { return wrap("1;31", text); }

 private:
  [[nodiscard]] std::string wrap(const char* code, const std::string& text) const {
    return color_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
  }
  bool color_;
};

std::string number(const json& value, const char* unit) {
  if (value.is_null()) return "-";
  if (value.is_number()) return fmt::format("{:.5g}{}", value.get<double>(), unit);
  return fmt::format("{:.5g}{} ({:.5g}..{:.5g})", value["median"].get<double>(), unit,
                     value["min"].get<double>(), value["max"].get<double>());
}

std::string line(const std::string& name, const json& value, const char* unit,
                 const std::optional<Limit>& limit, const Painter& paint) {
  std::string text = fmt::format("    {:<32} {:<26}", name, number(value, unit));
  if (!limit) return text + "\n";
  const std::string aim = limit->text() + unit;
  return text + (limit->met_by(value) ? paint.good("  " + aim) : paint.bad("! " + aim)) + "\n";
}

struct Row {
  const char* field;
  const char* name;
  const char* unit;
};

constexpr Row kSignalling[] = {
    {"noticed_ms", "noticed", " ms"},
    {"refresh_sent_ms", "call refresh sent", " ms"},
    {"refresh_answered_ms", "call refresh answered", " ms"},
    {"registered_ms", "registered", " ms"},
    {"registers", "REGISTERs sent", ""},
    {"redials", "calls dialled anew", ""},
};
constexpr Row kOut[] = {
    {"sound_out_ms", "out: at the peer, once wanted", " ms"},
    {"first_rtp_out_at_peer_ms", "out: first speech at the peer", " ms"},
    {"gap_out_ms", "out: longest silence", " ms"},
    {"lost_out", "out: frames lost", ""},
    {"silence_out_ms", "out: heard, longest silence", " ms"},
    {"silence_beyond_down_out_ms", "out: heard, beyond the down time", " ms"},
    {"missing_out_ms", "out: heard, speech missing", " ms"},
    {"clicks_out", "out: heard, clicks", ""},
    {"slips_out", "out: heard, changes of delay", ""},
    {"later_out_ms", "out: heard, later at the end", " ms"},
    {"in_time_out_ms", "out: heard, in time again", " ms"},
    {"likeness_out", "out: heard, least likeness", ""},
};
constexpr Row kIn[] = {
    {"sound_in_ms", "in:  from the peer, once wanted", " ms"},
    {"first_rtp_in_ms", "in:  first speech from the peer", " ms"},
    {"gap_in_ms", "in:  longest silence", " ms"},
    {"lost_in", "in:  frames lost", ""},
    {"silence_in_ms", "in:  heard, longest silence", " ms"},
    {"silence_beyond_down_in_ms", "in:  heard, beyond the down time", " ms"},
    {"missing_in_ms", "in:  heard, speech missing", " ms"},
    {"clicks_in", "in:  heard, clicks", ""},
    {"slips_in", "in:  heard, changes of delay", ""},
    {"later_in_ms", "in:  heard, later at the end", " ms"},
    {"in_time_in_ms", "in:  heard, in time again", " ms"},
    {"likeness_in", "in:  heard, least likeness", ""},
};

template <std::size_t N>
std::string lines(const Row (&rows)[N], const json& change, const Limits& limits,
                  const Painter& paint) {
  std::string text;
  for (const Row& row : rows) {
    const auto limit = limits.of(row.field);
    // What was silent by itself has no gap, what was to go on has nothing to wait for.
    if (change[row.field].is_null() && !limit) continue;
    text += line(row.name, change[row.field], row.unit, limit, paint);
  }
  return text;
}

std::string speech_line(const char* name, const json& share, const Painter& paint) {
  const json worst = share.is_object() ? share["min"] : share;
  const bool heard = worst.is_number() && worst.get<double>() >= 0.75;
  const int percent = worst.is_number() ? static_cast<int>(worst.get<double>() * 100) : 0;
  return fmt::format("    {:<32} {}\n", name,
                     heard ? paint.good(fmt::format("found in the recording, {} %", percent))
                           : paint.bad(fmt::format("not found, {} %", percent)));
}

}  // namespace

std::string make_table(const LabOptions& options, const json& report) {
  const Painter paint(options.color);
  std::string text = fmt::format(
      "\n{} over {}, server {}, peer {}, {} sound, {} run{}; ms after the new address works\n",
      paint.bold(options.scenario), options.transport, options.server, options.peer, options.media,
      report["runs"].get<int>(), options.runs > 1 ? "s: median (min..max)" : "");
  int count = 0;
  for (const json& change : report["changes"]) {
    const Limits limits = limits_for(options, change);
    text += fmt::format(
        "\n  {}\n",
        paint.bold(fmt::format(
            "{}. {} {} -> {} {} ({}{})", ++count, change["from_network"].get<std::string>(),
            change["from"].get<std::string>(), change["to_network"].get<std::string>(),
            change["to"].get<std::string>(), change["kind"].get<std::string>(),
            change["down_ms"] == 0 ? ""
                                   : fmt::format(", {} ms down", change["down_ms"].get<int>()))));
    text += lines(kSignalling, change, limits, paint);
    text += lines(kOut, change, limits, paint);
    text += speech_line("out: speech", change["speech_out"], paint);
    text += lines(kIn, change, limits, paint);
    text += speech_line("in:  speech", change["speech_in"], paint);
    if (!options.why) continue;
    for (const json& reason : change["round_trips"])
      text += "    why: " + reason.get<std::string>() + "\n";
  }
  text += "\n";
  for (const json& problem : report["problems"]) text += "  ! " + problem.get<std::string>() + "\n";
  for (const json& d : report["disagreements"]) {
    text += fmt::format("  ! run {} change {}: {} captured {}, told {}\n", d["run"].dump(),
                        d["change"].dump(), d["figure"].get<std::string>(), d["captured"].dump(),
                        d["told"].dump());
  }
  text += fmt::format("  bindings left  {}\n", report["bindings"].dump());
  text += fmt::format("  evidence       {}/report.json, report.html, *.pcapng, heard-by-*.wav\n",
                      options.out_dir);
  text +=
      report["survived"].get<bool>()
          ? paint.good("  survived: after every change both ends heard what the other one said\n")
          : paint.bad("  not survived: speech is missing in a recording\n");
  return text;
}

}  // namespace godwit::lab
