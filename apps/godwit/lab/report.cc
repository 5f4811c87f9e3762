// SPDX-License-Identifier: Apache-2.0
#include "lab/report.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "lab/targets.h"

namespace godwit::lab {
namespace {

using nlohmann::json;

double rounded(double value) {
  return std::round(value * 100) / 100;
}

using Read = std::function<std::optional<double>(const ChangeResult&)>;

struct Column {
  const char* name;
  Read read;
};

template <class Member>
Read figure(Member member) {
  return [member](const ChangeResult& change) -> std::optional<double> {
    return change.figures.*member;
  };
}

Read share(Listening ChangeResult::*direction) {
  return [direction](const ChangeResult& change) -> std::optional<double> {
    const HeardSpeech& heard = (change.*direction).after;
    return heard.windows == 0 ? 0.0 : static_cast<double>(heard.found) / heard.windows;
  };
}

template <class Member>
Read across(Listening ChangeResult::*direction, Member member) {
  return [direction, member](const ChangeResult& change) -> std::optional<double> {
    const HeardSpeech& heard = (change.*direction).across;
    if (heard.windows == 0) return std::nullopt;
    return heard.*member;
  };
}

template <class Member>
Read listened(Listening ChangeResult::*direction, Member member) {
  return [direction, member](const ChangeResult& change) -> std::optional<double> {
    if ((change.*direction).across.windows == 0) return std::nullopt;
    return (change.*direction).*member;
  };
}

const std::vector<Column>& columns() {
  using F = ChangeFigures;
  static const std::vector<Column> all = {
      {"noticed_ms", figure(&F::noticed_ms)},
      {"refresh_sent_ms", figure(&F::refresh_sent_ms)},
      {"refresh_answered_ms", figure(&F::refresh_answered_ms)},
      {"registered_ms", figure(&F::registered_ms)},
      {"first_rtp_out_at_peer_ms", figure(&F::first_rtp_out_at_peer_ms)},
      {"first_rtp_in_ms", figure(&F::first_rtp_in_ms)},
      {"gap_out_ms", figure(&F::gap_out_ms)},
      {"gap_in_ms", figure(&F::gap_in_ms)},
      {"lost_out", figure(&F::lost_out)},
      {"lost_in", figure(&F::lost_in)},
      {"first_rtp_out_ms", figure(&F::first_rtp_out_ms)},
      {"gap_sent_ms", figure(&F::gap_sent_ms)},
      {"registers", figure(&F::registers)},
      {"registers_challenged", figure(&F::registers_challenged)},
      {"refreshes", figure(&F::refreshes)},
      {"redials", figure(&F::redials)},
      {"sound_out_ms", figure(&F::sound_out_ms)},
      {"sound_in_ms", figure(&F::sound_in_ms)},
      {"redial_answered_ms", figure(&F::redial_answered_ms)},
      {"speech_out", share(&ChangeResult::out)},
      {"speech_in", share(&ChangeResult::in)},
      {"silence_out_ms", across(&ChangeResult::out, &HeardSpeech::silence_ms)},
      {"silence_in_ms", across(&ChangeResult::in, &HeardSpeech::silence_ms)},
      {"silence_beyond_down_out_ms",
       listened(&ChangeResult::out, &Listening::silence_beyond_down_ms)},
      {"silence_beyond_down_in_ms",
       listened(&ChangeResult::in, &Listening::silence_beyond_down_ms)},
      {"missing_out_ms", across(&ChangeResult::out, &HeardSpeech::missing_ms)},
      {"missing_in_ms", across(&ChangeResult::in, &HeardSpeech::missing_ms)},
      {"clicks_out", across(&ChangeResult::out, &HeardSpeech::clicks)},
      {"clicks_in", across(&ChangeResult::in, &HeardSpeech::clicks)},
      {"slips_out", across(&ChangeResult::out, &HeardSpeech::slips)},
      {"slips_in", across(&ChangeResult::in, &HeardSpeech::slips)},
      {"later_out_ms", across(&ChangeResult::out, &HeardSpeech::later_ms)},
      {"later_in_ms", across(&ChangeResult::in, &HeardSpeech::later_ms)},
      {"in_time_out_ms", listened(&ChangeResult::out, &Listening::in_time_ms)},
      {"in_time_in_ms", listened(&ChangeResult::in, &Listening::in_time_ms)},
      {"likeness_out", across(&ChangeResult::out, &HeardSpeech::likeness)},
      {"likeness_in", across(&ChangeResult::in, &HeardSpeech::likeness)},
  };
  return all;
}

json change_object(const std::vector<RunResult>& runs, std::size_t index) {
  const ChangeResult& first = runs.front().changes[index];
  json object = {{"from", to_string(first.mark.from)},
                 {"to", to_string(first.mark.to)},
                 {"from_network", first.from_label},
                 {"to_network", first.to_label},
                 {"kind", first.mark.kind},
                 {"down_ms", first.mark.down_ms}};
  if (!first.figures.refresh_method.empty()) {
    object["refresh_method"] = first.figures.refresh_method;
  }
  object["round_trips"] = first.round_trips;
  for (const Column& column : columns()) {
    std::vector<std::optional<double>> values;
    for (const RunResult& run : runs) {
      if (index < run.changes.size()) values.push_back(column.read(run.changes[index]));
    }
    object[column.name] = summarise(std::move(values));
  }
  return object;
}

json number_or_null(std::optional<double> value) {
  return value ? json(rounded(*value)) : json(nullptr);
}

json list_disagreements(const std::vector<RunResult>& runs) {
  json list = json::array();
  for (std::size_t run = 0; run < runs.size(); ++run) {
    for (std::size_t change = 0; change < runs[run].changes.size(); ++change) {
      for (const Disagreement& d : runs[run].changes[change].disagreements) {
        list.push_back({{"run", run + 1},
                        {"change", change + 1},
                        {"figure", d.figure},
                        {"captured", number_or_null(d.captured)},
                        {"told", number_or_null(d.told)}});
      }
    }
  }
  return list;
}

json list_problems(const std::vector<RunResult>& runs) {
  json list = json::array();
  for (std::size_t run = 0; run < runs.size(); ++run) {
    for (const std::string& problem : runs[run].problems) {
      list.push_back("run " + std::to_string(run + 1) + ": " + problem);
    }
  }
  return list;
}

const RunResult& longest(const std::vector<RunResult>& runs) {
  return *std::max_element(runs.begin(), runs.end(), [](const RunResult& a, const RunResult& b) {
    return a.changes.size() < b.changes.size();
  });
}

}  // namespace

bool RunResult::survived() const {
  return !changes.empty() && std::all_of(changes.begin(), changes.end(),
                                         [](const ChangeResult& c) { return c.survived(); });
}

json summarise(std::vector<std::optional<double>> values) {
  const bool single = values.size() <= 1;
  std::erase(values, std::nullopt);
  if (values.empty()) return nullptr;
  std::sort(values.begin(), values.end());
  if (single) return rounded(*values.front());
  const std::size_t half = values.size() / 2;
  const double median =
      values.size() % 2 == 1 ? *values[half] : (*values[half - 1] + *values[half]) / 2;
  return {{"median", rounded(median)},
          {"min", rounded(*values.front())},
          {"max", rounded(*values.back())}};
}

json make_report(const LabOptions& options, const std::vector<RunResult>& runs) {
  const bool survived =
      std::all_of(runs.begin(), runs.end(), [](const RunResult& run) { return run.survived(); });
  json report = {{"scenario", options.scenario},
                 {"transport", options.transport},
                 {"server", options.server},
                 {"peer", options.peer},
                 {"media", options.media},
                 {"runs", runs.size()},
                 {"survived", survived && !runs.empty()},
                 {"bindings", json::array()},
                 {"changes", json::array()}};
  if (runs.empty()) return report;
  report["bindings"] =
      std::max_element(runs.begin(), runs.end(), [](const RunResult& a, const RunResult& b) {
        return a.bindings.size() < b.bindings.size();
      })->bindings;
  // A run that broke off early has fewer changes; the fullest one leads.
  std::vector<RunResult> ordered = runs;
  std::swap(ordered.front(), ordered[static_cast<std::size_t>(&longest(runs) - runs.data())]);
  for (std::size_t i = 0; i < ordered.front().changes.size(); ++i) {
    report["changes"].push_back(change_object(ordered, i));
  }
  report["disagreements"] = list_disagreements(runs);
  report["problems"] = list_problems(runs);
  report["missed"] = missed_targets(options, report);
  report["evidence"] = options.out_dir;
  return report;
}

}  // namespace godwit::lab
