// SPDX-License-Identifier: Apache-2.0
#include "lab/trunk_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "lab/capture.h"
#include "lab/certificates.h"
#include "lab/interrupt.h"
#include "lab/network_change.h"
#include "lab/parties.h"
#include "lab/rig.h"

namespace godwit::lab {
namespace {

constexpr double kTalkBeforeMs = 2000;
constexpr double kTalkAfterMs = 5000;
constexpr int kSpeechSeconds = 60;
constexpr std::uint32_t kSecondMetric = 200;

class TrunkWalk {
 public:
  TrunkWalk(const RunOrder& order, Progress& progress) : order_(order), progress_(progress) {}

  Result<TrunkResult> walk() {
    auto done = set_up();
    if (done) done = fail_over();
    if (parties_) {
      for (std::string& problem : parties_->stop()) result_.problems.push_back(std::move(problem));
    }
    for (Capture* const capture : {&at_a_, &at_b_}) capture->stop();
    if (interrupted()) return fail(Errc::cancelled, "interrupted");
    if (done) done = read();
    if (!done) return tl::unexpected(done.error());
    return result_;
  }

 private:
  Result<void> set_up();
  Result<void> attach_both();
  Result<void> fail_over();
  void count_calls();
  Result<void> read();

  const RunOrder& order_;
  Progress& progress_;
  std::unique_ptr<Rig> rig_;
  std::unique_ptr<Parties> parties_;
  Capture at_a_, at_b_;
  ChangeMark mark_;
  TrunkResult result_;
};

Result<void> TrunkWalk::attach_both() {
  NetlinkBatch batch;
  rig_->attach(batch, wifi_v4(), kUsualMetric);
  rig_->attach(batch, lte_v4(), kSecondMetric);
  auto attached = rig_->commit(batch);
  if (!attached) return tl::unexpected(attached.error());
  return {};
}

Result<void> TrunkWalk::set_up() {
  const bool streams = order_.options.transport != "udp";
  auto done = write_run_files(order_.files, order_.seed, kSpeechSeconds);
  if (done && streams) done = make_certificates(order_.files);
  if (!done) return done;
  auto rig = Rig::build(link_shape(order_.options), order_.seed);
  if (!rig) return tl::unexpected(rig.error());
  rig_ = std::move(*rig);
  done = at_a_.start(rig_->a());
  if (done) done = at_b_.start(rig_->b());
  if (done) done = attach_both();
  if (!done) return done;
  parties_ = std::make_unique<Parties>(order_.options, *rig_, order_.files, progress_);
  done = parties_->start_server(streams ? Transports::all : Transports::udp);
  if (done) done = parties_->start_b();
  if (done) done = parties_->start_many_calls(kTrunkCalls);
  return done;
}

Result<void> TrunkWalk::fail_over() {
  pause_ms(kTalkBeforeMs);
  const Attachment first = wifi_v4();
  const Attachment second = lte_v4();
  mark_.kind = "break";
  mark_.from = first.address;
  mark_.to = second.address;
  NetlinkBatch batch;
  rig_->detach(batch, first, kUsualMetric);
  mark_.begun = mark_.coming = Moment::now();
  mark_.from_gone = mark_.begun;
  auto gone = rig_->commit(batch);
  if (!gone) return tl::unexpected(gone.error());
  mark_.t0 = *gone;
  progress_.say("the first uplink is gone (" + to_string(first.address) + ")");
  pause_ms(kTalkAfterMs);
  mark_.end_wall_ns = read_clock(CLOCK_REALTIME);
  count_calls();
  return {};
}

void TrunkWalk::count_calls() {
  std::set<int> moved;
  for (const auto& event : parties_->a_events().events()) {
    const std::string type = event.value("type", "");
    if (type == "call.handover.done") moved.insert(event.value("call", 0));
    if (type == "call.ended") ++result_.ended;
  }
  result_.reconnected = moved.size();
}

Result<void> TrunkWalk::read() {
  const RunFiles& files = order_.files;
  auto written = write_capture(files.path("a.pcapng"), at_a_.packets());
  if (written) written = write_capture(files.path("b.pcapng"), at_b_.packets());
  if (!written) return written;
  const Evidence seen{observe(at_a_.packets(), TlsKeys::read(files.tls_keys())),
                      observe(at_b_.packets())};
  result_.in = read_streams(seen, mark_, StreamWay::to_a);
  result_.out = read_streams(seen, mark_, StreamWay::to_b);
  result_.registers = read_figures(seen, {mark_}, 0).registers;
  result_.bindings = last_bindings(seen, "alice@", mark_.end_wall_ns);
  return {};
}

bool all_alive(const std::vector<StreamFigures>& streams) {
  return streams.size() == kTrunkCalls &&
         std::ranges::all_of(streams, [](const StreamFigures& one) { return one.alive; });
}

std::size_t count_alive(const std::vector<StreamFigures>& streams) {
  return static_cast<std::size_t>(
      std::ranges::count_if(streams, [](const StreamFigures& one) { return one.alive; }));
}

// Over all calls of all runs.
template <class Read>
nlohmann::json over_all(const std::vector<TrunkResult>& runs,
                        std::vector<StreamFigures> TrunkResult::*way, const Read& read) {
  std::vector<std::optional<double>> values;
  for (const TrunkResult& run : runs) {
    for (const StreamFigures& stream : run.*way) values.push_back(read(stream));
  }
  return summarise(std::move(values));
}

nlohmann::json describe(const TrunkResult& run) {
  return {{"calls", kTrunkCalls},
          {"heard_in", count_alive(run.in)},
          {"heard_out", count_alive(run.out)},
          {"reconnected", run.reconnected},
          {"ended", run.ended},
          {"registers", run.registers},
          {"bindings", run.bindings},
          {"problems", run.problems}};
}

std::string summary_text(const nlohmann::json& value) {
  if (value.is_null()) return "-";
  if (value.is_number()) return fmt::format("{:.5g}", value.get<double>());
  return fmt::format("{:.5g} ({:.5g}..{:.5g})", value["median"].get<double>(),
                     value["min"].get<double>(), value["max"].get<double>());
}

}  // namespace

bool TrunkResult::survived() const {
  return ended == 0 && problems.empty() && all_alive(in) && all_alive(out);
}

Result<TrunkResult> walk_trunk(const RunOrder& order, Progress& progress) {
  return TrunkWalk(order, progress).walk();
}

nlohmann::json make_trunk_report(const LabOptions& options, const std::vector<TrunkResult>& runs) {
  const auto first = [](const StreamFigures& one) { return one.first_ms; };
  const auto lost = [](const StreamFigures& one) { return std::optional<double>(one.lost); };
  nlohmann::json report = {
      {"scenario", options.scenario},
      {"transport", options.transport},
      {"server", options.server},
      {"peer", options.peer},
      {"media", options.media},
      {"runs", nlohmann::json::array()},
      {"first_rtp_in_ms", over_all(runs, &TrunkResult::in, first)},
      {"first_rtp_out_at_peer_ms", over_all(runs, &TrunkResult::out, first)},
      {"lost_in", over_all(runs, &TrunkResult::in, lost)},
      {"lost_out", over_all(runs, &TrunkResult::out, lost)},
      {"bindings", runs.empty() ? std::vector<std::string>() : runs.back().bindings},
      {"evidence", options.out_dir}};
  for (const TrunkResult& run : runs) report["runs"].push_back(describe(run));
  report["survived"] =
      !runs.empty() &&
      std::ranges::all_of(runs, [](const TrunkResult& run) { return run.survived(); });
  return report;
}

std::string make_trunk_table(const nlohmann::json& report) {
  std::string text;
  for (const auto& run : report["runs"]) {
    text += fmt::format(
        "{} of {} calls heard by A, {} by B; {} told as moved, {} ended; {} REGISTERs, {} bindings\n",
        run["heard_in"].dump(), run["calls"].dump(), run["heard_out"].dump(),
        run["reconnected"].dump(), run["ended"].dump(), run["registers"].dump(),
        run["bindings"].size());
    for (const auto& problem : run["problems"]) text += "  ! " + problem.get<std::string>() + "\n";
  }
  text += fmt::format(
      "  over all calls, median (least..most), ms after the first uplink had gone:\n"
      "    out: first speech at the peer  {}, frames lost {}\n"
      "    in:  first speech from it      {}, frames lost {}\n",
      summary_text(report["first_rtp_out_at_peer_ms"]), summary_text(report["lost_out"]),
      summary_text(report["first_rtp_in_ms"]), summary_text(report["lost_in"]));
  return text + (report["survived"].get<bool>() ? "  survived\n" : "  NOT SURVIVED\n");
}

}  // namespace godwit::lab
