// SPDX-License-Identifier: Apache-2.0
#include "lab/run.h"

#include <random>

#include "lab/call_acts.h"
#include "lab/capture.h"
#include "lab/certificates.h"
#include "lab/interrupt.h"
#include "lab/nat64.h"
#include "lab/network_change.h"
#include "lab/parties.h"
#include "lab/peer_move.h"
#include "lab/run_analysis.h"

namespace godwit::lab {
namespace {

constexpr double kTalkBeforeMs = 3000;  // two-way speech before the first change
constexpr double kRecoverLimitMs = 15'000;
constexpr double kActsMs = 20'000;  // held and told so, or ringing
constexpr double kPhaseMs = 200;  // ten packet clocks: the phase within one is random
constexpr int kSetUpSeconds = 30;

// The longest a run can take, each change with all its patience.
int seconds_for(const Scenario& scenario) {
  double ms = kTalkBeforeMs;
  for (const PlannedChange& change : scenario.changes) {
    ms += scenario.talk_after_ms + kRecoverLimitMs + kPhaseMs + change.down_ms + 5000;
    if (scenario.state != CallState::talking) ms += kActsMs;
  }
  return static_cast<int>(ms / 1000) + kSetUpSeconds;
}

class Walk {
 public:
  Walk(const RunOrder& order, Progress& progress) : order_(order), progress_(progress) {}

  Result<RunResult> walk();

 private:
  Result<void> set_up();
  Result<void> hide();
  Result<void> change(const PlannedChange& planned);
  Result<ChangeMark> move_peer_too(ChangeMark mark);
  void wait_for_media(const ChangeMark& mark);
  [[nodiscard]] bool media_is_back(const ChangeMark& mark) const;
  void end();

  const RunOrder& order_;
  Progress& progress_;
  std::mt19937_64 random_{order_.seed};
  std::unique_ptr<Rig> rig_;
  std::optional<Nat64> nat64_;
  std::unique_ptr<Parties> parties_;
  std::optional<CallActs> acts_;
  Capture at_a_, at_b_, at_core_;
  RunRecord record_;
};

Result<RunResult> Walk::walk() {
  auto done = set_up();
  if (done) pause_ms(kTalkBeforeMs);
  for (const PlannedChange& planned : order_.scenario.changes) {
    if (done && !interrupted() && parties_->call_is_up()) done = change(planned);
  }
  if (parties_) end();
  if (interrupted()) return fail(Errc::cancelled, "interrupted");
  if (!done) return tl::unexpected(done.error());
  return analyse(order_, record_);
}

Result<void> Walk::set_up() {
  auto written = write_run_files(order_.files, order_.seed, seconds_for(order_.scenario),
                                 order_.scenario.only_v4_beyond);
  const bool streams = order_.options.transport != "udp";
  if (written && streams) written = make_certificates(order_.files);
  if (!written) return written;
  auto rig = Rig::build(link_shape(order_.options), order_.seed);
  if (!rig) return tl::unexpected(rig.error());
  rig_ = std::move(*rig);
  for (const auto& [capture, where] :
       {std::pair{&at_a_, &rig_->a()}, {&at_b_, &rig_->b()}, {&at_core_, &rig_->core()}}) {
    if (auto started = capture->start(*where); !started) return started;
  }
  if (auto hidden = hide(); !hidden) return hidden;
  NetlinkBatch batch;
  rig_->attach(batch, order_.scenario.start, kUsualMetric);
  for (const Attachment& other : order_.scenario.beside) {
    rig_->attach(batch, other, kStandbyMetric);
  }
  auto attached = rig_->commit(batch);
  if (!attached) return tl::unexpected(attached.error());
  parties_ = std::make_unique<Parties>(order_.options, *rig_, order_.files, progress_);
  auto started = parties_->start_server(streams ? Transports::all : Transports::udp);
  acts_.emplace(order_.scenario.state, *parties_, progress_);
  if (started && nat64_) started = parties_->start_name_server();
  if (started) started = parties_->start_b();
  if (started) started = parties_->start_call(seconds_for(order_.scenario));
  return started;
}

// A NAT is there from the beginning; where A begins behind it, it is that one that starts anew.
Result<void> Walk::hide() {
  const Attachment& start = order_.scenario.start;
  if (!start.outside.is_unspecified()) return rig_->put_behind_nat(start);
  for (const PlannedChange& planned : order_.scenario.changes) {
    if (planned.to.outside.is_unspecified()) continue;
    if (!planned.to.address.is_v4()) {
      auto nat64 = Nat64::start(rig_->router(), planned.to, order_.files.path("tayga"));
      if (!nat64) return tl::unexpected(nat64.error());
      nat64_.emplace(std::move(*nat64));
      continue;
    }
    if (auto hidden = rig_->put_behind_nat(planned.to); !hidden) return hidden;
  }
  return {};
}

Result<void> Walk::change(const PlannedChange& planned) {
  const std::size_t index = record_.changes.size();
  const std::int64_t before = read_clock(CLOCK_REALTIME);
  if (auto ready = acts_->before(index); !ready) return ready;
  pause_ms(std::uniform_real_distribution<double>(0, kPhaseMs)(random_));
  acts_->right_before(index, random_);
  auto mark = make_network_change({*rig_, *parties_, progress_}, planned);
  if (mark && planned.peer_too) mark = move_peer_too(*mark);
  if (!mark) return tl::unexpected(mark.error());
  if (!record_.changes.empty()) record_.changes.back().mark.end_wall_ns = before;
  auto asked = acts_->after(index);
  if (!asked) return tl::unexpected(asked.error());
  mark->sound_asked = *asked;
  record_.changes.push_back({*mark, planned.from.label, planned.to.label});
  wait_for_media(*mark);
  pause_ms(order_.scenario.talk_after_ms);
  return {};
}

Result<ChangeMark> Walk::move_peer_too(ChangeMark mark) {
  auto moved = move_peer(rig_->b());
  if (!moved) return tl::unexpected(moved.error());
  mark.t0 = *moved;
  mark.peer_to = lab_address(mark.to.is_v4() ? kMovedPeerV4 : kMovedPeerV6);
  progress_.say(std::string("B has other addresses (") + kMovedPeerV4 + ", " + kMovedPeerV6 + ")");
  return mark;
}

bool Walk::media_is_back(const ChangeMark& mark) const {
  return media_back_at(observe(at_a_.packets()), observe(at_b_.packets()), mark).has_value();
}

void Walk::wait_for_media(const ChangeMark& mark) {
  constexpr double kStepMs = 100;
  for (double waited = 0; waited < kRecoverLimitMs; waited += kStepMs) {
    if (media_is_back(mark) || !parties_->call_is_up() || !pause_ms(kStepMs)) return;
  }
  progress_.say("no media both ways after 15 s");
}

void Walk::end() {
  const std::int64_t hang_up = read_clock(CLOCK_REALTIME);
  if (!record_.changes.empty()) record_.changes.back().mark.end_wall_ns = hang_up;
  record_.hang_up_wall_ns = hang_up;
  record_.call_was_up = parties_->started_call() && parties_->call_is_up();
  if (record_.call_was_up) progress_.say("hanging up");
  record_.problems = parties_->stop();
  for (Capture* const capture : {&at_a_, &at_b_, &at_core_}) capture->stop();
  record_.at_a = at_a_.packets();
  record_.at_b = at_b_.packets();
  record_.at_core = at_core_.packets();
  if (parties_->started_call()) record_.events = parties_->a_events().events();
  if (auto heard = parties_->heard_by_b()) record_.heard_by_b = std::move(*heard);
}

}  // namespace

LinkShape link_shape(const LabOptions& options) {
  const auto ms = [](double value) {
    return Duration(static_cast<Duration::rep>(value * static_cast<double>(kNsPerMs)));
  };
  return {.delay = ms(options.one_way_ms),
          .jitter = ms(options.jitter_ms),
          .loss = options.loss_percent / 100,
          .reorder = options.reorder_percent / 100,
          .bits_per_second = options.rate_kbps * 1000};
}

Result<RunResult> walk_once(const RunOrder& order, Progress& progress) {
  return Walk(order, progress).walk();
}

}  // namespace godwit::lab
