// SPDX-License-Identifier: Apache-2.0
#include "lab/flood_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "lab/capture.h"
#include "lab/flood_source.h"
#include "lab/interrupt.h"
#include "lab/network_change.h"
#include "lab/observation.h"
#include "lab/parties.h"
#include "lab/rig.h"

namespace godwit::lab {
namespace {

constexpr double kTalkBeforeMs = 2000;
constexpr double kFloodMs = 10'000;
constexpr double kTalkAfterMs = 2000;
constexpr int kCallSeconds = 40;
constexpr double kPacketMs = 20;
// An agent in a call holds some 15 MB; a flood may cost it as much again.
constexpr double kMostGrowthKb = 16'384;
constexpr double kLeastSpeechPercent = 99;

double resident_kb(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("VmRSS:")) return std::strtod(line.c_str() + 6, nullptr);
  }
  return 0;
}

std::string counting_rules() {
  return std::string(
             "add table ip flood; add chain ip flood in { type filter hook input priority -200; }; "
             "add chain ip flood out { type filter hook output priority -200; }; "
             "add rule ip flood in ip saddr ") +
         kForgedNetwork + " counter comment \"arrived\"; add rule ip flood out ip daddr " +
         kForgedNetwork + " counter comment \"answered\"";
}

class FloodWalk {
 public:
  FloodWalk(const RunOrder& order, Progress& progress) : order_(order), progress_(progress) {}

  Result<FloodResult> walk() {
    auto done = set_up();
    if (done) done = flood();
    if (parties_) {
      for (std::string& problem : parties_->stop()) result_.problems.push_back(std::move(problem));
    }
    at_b_.stop();
    if (interrupted()) return fail(Errc::cancelled, "interrupted");
    if (!done) return tl::unexpected(done.error());
    count_speech();
    return result_;
  }

 private:
  Result<void> set_up();
  Result<void> flood();
  Result<void> read_counters();
  [[nodiscard]] Result<net::SocketAddress> contact_of_a() const;
  void count_speech();
  [[nodiscard]] bool still_registered() const;

  const RunOrder& order_;
  Progress& progress_;
  std::unique_ptr<Rig> rig_;
  std::unique_ptr<Parties> parties_;
  Capture at_b_;
  std::int64_t begin_ns_ = 0, end_ns_ = 0;
  FloodResult result_;
};

Result<void> FloodWalk::set_up() {
  auto done = write_run_files(order_.files, order_.seed, kCallSeconds);
  if (!done) return done;
  auto rig = Rig::build(link_shape(order_.options), order_.seed);
  if (!rig) return tl::unexpected(rig.error());
  rig_ = std::move(*rig);
  done = at_b_.start(rig_->b());
  if (!done) return done;
  NetlinkBatch batch;
  auto attached = rig_->commit(rig_->attach(batch, order_.scenario.start, kUsualMetric));
  if (!attached) return tl::unexpected(attached.error());
  done = run_program({.arguments = {"nft", counting_rules()}, .where = &rig_->a()});
  if (!done) return done;
  parties_ = std::make_unique<Parties>(order_.options, *rig_, order_.files, progress_);
  done = parties_->start_server();
  if (done) done = parties_->start_b();
  if (done) done = parties_->start_call(kCallSeconds);
  return done;
}

// "sip:alice@10.1.0.2:40123", from the event of the registration.
Result<net::SocketAddress> FloodWalk::contact_of_a() const {
  for (const auto& event : parties_->a_events().events()) {
    if (event.value("type", "") != "reg.ok") continue;
    const auto contact = event.value("contact", "");
    const auto at = contact.find('@');
    const auto end = contact.find_first_of(";>", at);
    if (at == std::string::npos) break;
    if (auto place = net::SocketAddress::parse(contact.substr(at + 1, end - at - 1))) return *place;
  }
  return fail(Errc::invalid_argument, "A told of no registration with an address");
}

Result<void> FloodWalk::flood() {
  pause_ms(kTalkBeforeMs);
  auto target = contact_of_a();
  if (!target) return tl::unexpected(target.error());
  result_.resident_before_kb = result_.resident_most_kb = resident_kb(parties_->a_pid());
  progress_.say("20,000 datagrams of junk and 2,000 forged INVITEs a second");
  FloodSource source;
  begin_ns_ = read_clock(CLOCK_REALTIME);
  if (auto begun = source.start(rig_->core(), *target, {}, order_.seed); !begun) return begun;
  for (double waited = 0; waited < kFloodMs && pause_ms(100); waited += 100) {
    result_.resident_most_kb = std::max(result_.resident_most_kb, resident_kb(parties_->a_pid()));
  }
  source.stop();
  end_ns_ = read_clock(CLOCK_REALTIME);
  result_.seconds = static_cast<double>(end_ns_ - begin_ns_) / kNsPerSecond;
  result_.junk_sent = source.junk_sent();
  result_.invites_sent = source.invites_sent();
  pause_ms(kTalkAfterMs);
  result_.call_is_up = parties_->call_is_up();
  result_.registered = still_registered();
  return read_counters();
}

bool FloodWalk::still_registered() const {
  std::string last;
  for (const auto& event : parties_->a_events().events()) {
    const auto type = event.value("type", "");
    if (type.starts_with("reg.")) last = type;
  }
  return last == "reg.ok";
}

Result<void> FloodWalk::read_counters() {
  const auto path = order_.files.path("flood.counters");
  auto done = run_program({.arguments = {"nft", "list", "table", "ip", "flood"},
                           .where = &rig_->a(),
                           .output_path = path});
  if (!done) return done;
  std::ifstream in(path);
  const std::string listing{std::istreambuf_iterator<char>(in), {}};
  result_.arrived = read_counter(listing, "arrived");
  result_.answered = read_counter(listing, "answered");
  return {};
}

void FloodWalk::count_speech() {
  const auto from = lab_address("10.1.0.2");
  std::size_t heard = 0;
  for (const auto& packet : observe(at_b_.packets()).rtp) {
    const bool during = packet.at.time_ns >= begin_ns_ && packet.at.time_ns < end_ns_;
    if (during && !packet.at.sent && packet.at.source.address == from) ++heard;
  }
  const double expected = result_.seconds * 1000 / kPacketMs;
  result_.speech_percent = std::min(100.0, 100.0 * static_cast<double>(heard) / expected);
}

nlohmann::json describe(const FloodResult& run) {
  return {{"seconds", run.seconds},
          {"junk_per_second", static_cast<double>(run.junk_sent) / run.seconds},
          {"invites_per_second", static_cast<double>(run.invites_sent) / run.seconds},
          {"arrived", {{"packets", run.arrived.packets}, {"bytes", run.arrived.bytes}}},
          {"answered", {{"packets", run.answered.packets}, {"bytes", run.answered.bytes}}},
          {"amplification", run.amplification()},
          {"resident_before_kb", run.resident_before_kb},
          {"resident_most_kb", run.resident_most_kb},
          {"speech_percent", run.speech_percent},
          {"call_is_up", run.call_is_up},
          {"registered", run.registered},
          {"problems", run.problems},
          {"survived", run.survived()}};
}

}  // namespace

double FloodResult::amplification() const {
  return arrived.bytes == 0 ? 0
                            : static_cast<double>(answered.bytes) / static_cast<double>(arrived.bytes);
}

bool FloodResult::survived() const {
  return call_is_up && registered && problems.empty() && arrived.packets > 0 &&
         amplification() <= 1 && resident_most_kb - resident_before_kb <= kMostGrowthKb &&
         speech_percent >= kLeastSpeechPercent;
}

Result<FloodResult> walk_flood(const RunOrder& order, Progress& progress) {
  return FloodWalk(order, progress).walk();
}

nlohmann::json make_flood_report(const LabOptions& options, const std::vector<FloodResult>& runs) {
  nlohmann::json report = {{"scenario", options.scenario}, {"runs", nlohmann::json::array()}};
  for (const auto& run : runs) report["runs"].push_back(describe(run));
  report["survived"] = !runs.empty() && std::all_of(runs.begin(), runs.end(), [](const auto& run) {
    return run.survived();
  });
  return report;
}

std::string make_flood_table(const nlohmann::json& report) {
  std::string text;
  for (const auto& run : report["runs"]) {
    text += fmt::format(
        "flood for {:.1f} s: {:.0f} junk and {:.0f} forged INVITEs a second\n"
        "  A got {} packets, {} bytes; answered {} packets, {} bytes: {:.3f} bytes for each\n"
        "  memory {:.0f} kB before, {:.0f} kB at most; speech {:.1f} %\n"
        "  call {}, {}\n",
        run["seconds"].get<double>(), run["junk_per_second"].get<double>(),
        run["invites_per_second"].get<double>(), run["arrived"]["packets"].get<std::uint64_t>(),
        run["arrived"]["bytes"].get<std::uint64_t>(),
        run["answered"]["packets"].get<std::uint64_t>(),
        run["answered"]["bytes"].get<std::uint64_t>(), run["amplification"].get<double>(),
        run["resident_before_kb"].get<double>(), run["resident_most_kb"].get<double>(),
        run["speech_percent"].get<double>(), run["call_is_up"].get<bool>() ? "up" : "LOST",
        run["registered"].get<bool>() ? "registered" : "NOT REGISTERED");
  }
  return text + (report["survived"].get<bool>() ? "survived\n" : "NOT SURVIVED\n");
}

Traffic read_counter(const std::string& listing, const std::string& comment) {
  const auto end = listing.find("comment \"" + comment + '"');
  const auto at = end == std::string::npos ? end : listing.rfind("packets ", end);
  if (at == std::string::npos) return {};
  char* rest = nullptr;
  Traffic traffic;
  traffic.packets = std::strtoull(listing.c_str() + at + 8, &rest, 10);
  const auto bytes = listing.find("bytes ", at);
  traffic.bytes = std::strtoull(listing.c_str() + bytes + 6, &rest, 10);
  return traffic;
}

}  // namespace godwit::lab
