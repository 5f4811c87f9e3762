// SPDX-License-Identifier: Apache-2.0
#include "lab/run_analysis.h"

#include <algorithm>

#include "lab/speech_search.h"

namespace godwit::lab {
namespace {

using Packets = std::vector<const SeenRtp*>;

Packets sent_by(const Observation& end) {
  Packets sent;
  for (const SeenRtp& rtp : end.rtp) {
    if (rtp.at.sent) sent.push_back(&rtp);
  }
  return sent;
}

std::optional<SpeechSearch> search_in(const std::string& path, RunResult& result) {
  auto samples = read_wav(path);
  if (samples) return SpeechSearch(std::move(*samples));
  result.problems.push_back(samples.error().detail);
  return std::nullopt;
}

Result<void> write_captures(const RunOrder& order, const RunRecord& record) {
  for (const auto& [name, packets] : {std::pair{"a.pcap", &record.at_a},
                                      {"b.pcap", &record.at_b},
                                      {"core.pcap", &record.at_core}}) {
    if (auto written = write_pcap(order.files.path(name), *packets); !written) return written;
  }
  if (order.options.peer == "baresip") {
    return write_wav(order.files.heard_by_b(), record.heard_by_b);
  }
  return {};
}

void prove_both_ways(const RunOrder& order, const RunRecord& record, const Evidence& seen,
                     RunResult& result) {
  const auto said_a = search_in(order.files.said_by_a(), result);
  const auto said_b = search_in(order.files.said_by_b(), result);
  const auto heard_a = search_in(order.files.heard_by_a(), result);
  const SpeechSearch heard_b(record.heard_by_b);
  if (!said_a || !said_b || !heard_a) return;
  for (ChangeResult& change : result.changes) {
    const auto back = media_back_at(seen.a, seen.b, change.mark);
    SpeechTask task;
    task.from_ns = back.value_or(change.mark.t0.wall_ns);
    task.until_ns = change.mark.end_wall_ns;
    task.sent = sent_by(seen.a);
    change.out = prove_speech(task, *said_a, heard_b);
    task.sent = sent_by(seen.b);
    change.in = prove_speech(task, *said_b, *heard_a);
  }
}

}  // namespace

std::optional<std::int64_t> media_back_at(const Observation& a, const Observation& b,
                                          const ChangeMark& change) {
  const auto first = [&](const std::vector<SeenRtp>& all, const auto& wanted) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const SeenRtp& rtp) {
      return !rtp.at.sent && rtp.at.time_ns >= change.t0.wall_ns && wanted(rtp);
    });
    return found == all.end() ? std::optional<std::int64_t>() : found->at.time_ns;
  };
  const auto in =
      first(a.rtp, [&](const SeenRtp& rtp) { return rtp.at.destination.address == change.to; });
  const auto out =
      first(b.rtp, [&](const SeenRtp& rtp) { return rtp.at.source.address == change.to; });
  if (!in || !out) return std::nullopt;
  return std::max(*in, *out);
}

Result<RunResult> analyse(const RunOrder& order, const RunRecord& record) {
  if (auto written = write_captures(order, record); !written) {
    return tl::unexpected(written.error());
  }
  const Evidence seen{observe(record.at_a), observe(record.at_b)};
  std::vector<ChangeMark> marks;
  for (const RunRecord::Change& change : record.changes) marks.push_back(change.mark);

  RunResult result;
  result.problems = record.problems;
  if (!record.call_was_up) result.problems.emplace_back("the call ended before it was hung up");
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const OwnWord word = own_word(record.events, marks[i]);
    ChangeResult change;
    change.mark = marks[i];
    change.from_label = record.changes[i].from_label;
    change.to_label = record.changes[i].to_label;
    change.figures = read_figures(seen, marks, i);
    change.figures.noticed_ms = word.noticed_ms;
    change.disagreements =
        compare(word, change.figures, shown_within(seen, marks, stretch_of(word, marks[i])));
    result.changes.push_back(std::move(change));
  }
  prove_both_ways(order, record, seen, result);
  if (marks.size() < order.scenario.changes.size()) {
    result.problems.emplace_back("not all changes were made: the call was gone");
  }
  result.bindings = last_bindings(seen, "alice@", record.hang_up_wall_ns);
  return result;
}

}  // namespace godwit::lab
