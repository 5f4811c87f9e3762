// SPDX-License-Identifier: Apache-2.0
#include "lab/run_analysis.h"

#include <algorithm>
#include <fstream>

#include "lab/capture_notes.h"
#include "lab/extra_round_trips.h"
#include "lab/heard_speech.h"
#include "lab/story_page.h"

namespace godwit::lab {
namespace {

constexpr std::int64_t kBeforeNs = kNsPerSecond;
constexpr std::int64_t kSettleNs = 300 * kNsPerMs;    // jitter buffers find their place
constexpr std::int64_t kOnItsWayNs = 300 * kNsPerMs;  // said before the end, heard after it

/// Empty, with a sentence among the problems, where there is no recording.
Samples samples_in(const std::string& path, RunResult& result) {
  auto samples = read_wav(path);
  if (samples) return std::move(*samples);
  result.problems.push_back(samples.error().detail);
  return {};
}

/// A recording begins with the first packet that its end received.
std::int64_t recording_began(const Observation& end) {
  const auto first = std::ranges::find_if(end.rtp, [](const SeenRtp& rtp) { return !rtp.at.sent; });
  return first == end.rtp.end() ? 0 : first->at.time_ns;
}

std::size_t sample_at(std::int64_t wall_ns, std::int64_t began_ns) {
  return wall_ns <= began_ns
             ? 0
             : static_cast<std::size_t>((wall_ns - began_ns) / (kNsPerSecond / 8000));
}

/// A phone that writes nothing while nothing comes has a shorter recording: its end is the end of
/// the call all the same.
RecordedPart aligned(RecordedPart part, std::size_t recorded) {
  const std::size_t beyond = part.until > recorded ? part.until - recorded : 0;
  return {.from = part.from - std::min(part.from, beyond), .until = part.until - beyond};
}

/// In which no network worked.
double down_ms_of(const ChangeMark& mark) {
  if (mark.kind != "break") return 0;
  return static_cast<double>(mark.t0.wall_ns - mark.begun.wall_ns) / kNsPerMs;
}

/// How long after the beginning of the part it is that what is heard is no more than 40 ms later
/// than it was at `before`, and stays so.
std::optional<double> in_time_after(const SpeechComparison& comparison, std::size_t before,
                                    const RecordedPart& part) {
  constexpr double kInTimeMs = 40;
  constexpr std::size_t kStep = 80;
  const double usual = comparison.later_ms(before);
  std::size_t since = part.until;
  while (since >= part.from + kStep && comparison.later_ms(since - kStep) <= usual + kInTimeMs) {
    since -= kStep;
  }
  if (since == part.until) return std::nullopt;
  return static_cast<double>(since - part.from) / 8;
}

/// What is said faster than it was said is not found as it was said: there, the call is what is
/// heard once it is in time again.
enum class Pace { as_said, catching_up };

Listening listen(const SpeechComparison& comparison, const ChangeMark& mark, Pace pace,
                 std::optional<std::int64_t> back_ns, std::int64_t began_ns) {
  const std::size_t until = sample_at(mark.end_wall_ns - kOnItsWayNs, began_ns);
  const auto part_since = [&](std::int64_t wall_ns) {
    return aligned({.from = sample_at(wall_ns, began_ns), .until = until}, comparison.recorded());
  };
  Listening heard;
  if (mark.sound_asked) {
    const std::int64_t since = std::max(mark.sound_asked->wall_ns, back_ns.value_or(0));
    heard.after = comparison.judge(part_since(since + kSettleNs));
    return heard;
  }
  const RecordedPart across = part_since(mark.begun.wall_ns - kBeforeNs);
  heard.across = comparison.judge(across);
  heard.silence_beyond_down_ms = std::max(0.0, heard.across.silence_ms - down_ms_of(mark));
  heard.in_time_ms = in_time_after(comparison, across.from, part_since(mark.t0.wall_ns));
  std::int64_t back = back_ns.value_or(mark.t0.wall_ns) + kSettleNs;
  if (pace == Pace::catching_up && heard.in_time_ms) {
    back =
        std::max(back, mark.t0.wall_ns + static_cast<std::int64_t>(*heard.in_time_ms) * kNsPerMs);
  }
  heard.after = comparison.judge(part_since(back));
  return heard;
}

/// While A held the call, and nobody had asked for sound, nothing that it sent may have said so.
bool hold_kept(const Observation& a, const ChangeMark& mark) {
  return std::ranges::none_of(a.sip, [&](const SeenSip& sip) {
    return sip.at.sent && sip.at.time_ns >= mark.begun.wall_ns &&
           sip.at.time_ns < mark.sound_asked->wall_ns && sip.message.has_offer &&
           sip.message.direction != "sendonly" && sip.message.direction != "inactive";
  });
}

/// Empty where there is no such file.
std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// What the lab did, and what A told of it: Wireshark shows it between the packets.
CaptureExtras extras_of(const RunOrder& order, const RunRecord& record) {
  CaptureExtras extras{.notes = capture_notes(record.events),
                       .tls_keys = text_of(order.files.tls_keys())};
  for (const RunRecord::Change& change : record.changes) {
    extras.notes.push_back({change.mark.begun.wall_ns,
                            "lab: from " + change.from_label + " to " + change.to_label});
    extras.notes.push_back({change.mark.t0.wall_ns, "lab: t0, " + change.to_label + " works"});
  }
  return extras;
}

Result<void> write_captures(const RunOrder& order, const RunRecord& record) {
  const CaptureExtras extras = extras_of(order, record);
  for (const auto& [name, packets] : {std::pair{"a.pcapng", &record.at_a},
                                      {"b.pcapng", &record.at_b},
                                      {"core.pcapng", &record.at_core}}) {
    auto written = write_capture(order.files.path(name), *packets, extras);
    if (!written) return written;
  }
  if (order.options.peer == "baresip") {
    return write_wav(order.files.heard_by_b(), record.heard_by_b);
  }
  return {};
}

void listen_both_ways(const RunOrder& order, const RunRecord& record, const Evidence& seen,
                      RunResult& result) {
  const SpeechComparison out(samples_in(order.files.said_by_a(), result), record.heard_by_b);
  const SpeechComparison in(samples_in(order.files.said_by_b(), result),
                            samples_in(order.files.heard_by_a(), result));
  const Pace pace = order.scenario.catch_up ? Pace::catching_up : Pace::as_said;
  for (ChangeResult& change : result.changes) {
    const auto back = media_back_at(seen.a, seen.b, change.mark);
    change.out = listen(out, change.mark, pace, back, recording_began(seen.b));
    // B knows nothing of the change while it lasts: what it says goes where A was.
    change.in = listen(in, change.mark, Pace::as_said, back, recording_began(seen.a));
  }
}

Result<void> write_page(const RunOrder& order, const RunRecord& record, const Evidence& seen,
                        const std::vector<ChangeMark>& marks, const RunResult& result) {
  std::vector<Story> stories;
  for (std::size_t i = 0; i < result.changes.size(); ++i) {
    stories.push_back(tell_story(seen, marks, result.changes[i], i, record.events));
  }
  auto options = order.options;
  options.out_dir = order.files.folder;
  options.runs = 1;
  const auto report = make_report(options, {result});
  auto written = write_private(order.files.path("report.json"), report.dump(2) + "\n");
  if (!written) return written;
  return write_private(order.files.path("report.html"), render_page(options, report, stories));
}

}  // namespace

std::optional<std::int64_t> media_back_at(const Observation& a, const Observation& b,
                                          const ChangeMark& change) {
  const std::int64_t since = change.sound_asked.value_or(change.t0).wall_ns;
  const auto first = [&](const std::vector<SeenRtp>& all, const auto& wanted) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const SeenRtp& rtp) {
      return !rtp.at.sent && rtp.at.time_ns >= since && wanted(rtp);
    });
    return found == all.end() ? std::optional<std::int64_t>() : found->at.time_ns;
  };
  const auto in =
      first(a.rtp, [&](const SeenRtp& rtp) { return rtp.at.destination.address == change.to; });
  const auto out = first(b.rtp, [&](const SeenRtp& rtp) {
    return change.is_new_source(rtp.at.source.address) &&
           (!change.peer_to || rtp.at.destination.address == *change.peer_to);
  });
  if (!in || !out) return std::nullopt;
  return std::max(*in, *out);
}

Result<RunResult> analyse(const RunOrder& order, const RunRecord& record) {
  if (auto written = write_captures(order, record); !written) {
    return tl::unexpected(written.error());
  }
  const Evidence seen{observe(record.at_a, TlsKeys::read(order.files.tls_keys())),
                      observe(record.at_b)};
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
    // What is silent by itself has no gap to tell of.
    if (!marks[i].sound_asked) {
      change.disagreements =
          compare(word, change.figures, shown_within(seen, marks, stretch_of(word, marks[i])));
    } else if (order.scenario.state == CallState::held) {
      change.state_kept = hold_kept(seen.a, marks[i]);
      if (!change.state_kept) result.problems.emplace_back("a refresh has ended the hold");
    }
    change.round_trips =
        explain_round_trips(order.options.transport, marks[i], change.figures, word.report);
    result.changes.push_back(std::move(change));
  }
  listen_both_ways(order, record, seen, result);
  if (marks.size() < order.scenario.changes.size()) {
    result.problems.emplace_back("not all changes were made: the call was gone");
  }
  result.bindings = last_bindings(seen, "alice@", record.hang_up_wall_ns);
  if (auto written = write_page(order, record, seen, marks, result); !written) {
    return tl::unexpected(written.error());
  }
  return result;
}

}  // namespace godwit::lab
