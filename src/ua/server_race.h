// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "godwit/error.h"
#include "godwit/time.h"
#include "net/flow.h"
#include "sip/locate/failure_memory.h"
#include "sip/locate/target.h"
#include "sip/transport/flow_race.h"
#include "ua/flow_book.h"

namespace godwit::ua {

/// A request that changes no state (OPTIONS with Max-Forwards 0) is to be sent: any response at all
/// says that the target is there.
struct ProbeWanted {
  ProbeId id;
  net::Flow flow;
  std::string host;  ///< of the Request-URI
};

/// A target that was tried, and what came of it.
struct Tried {
  sip::Target target;
  Error error;
};

/// One search for a flow among the targets of a next hop: streams side by side, UDP by probing, since
/// two copies of a request could both reach the callee (R15, R16). A UDP target that is the only one,
/// or that answered lately, is taken unprobed.
class ServerRace {
 public:
  /// Turns a target into the flow to open; the account decides what it is bound to and whom it trusts.
  using Open = std::function<net::FlowId(const sip::Target&)>;

  ServerRace(FlowBook& book, const sip::FailureMemory& memory, Open open,
             std::uint64_t& last_probe);

  /// What is known of the hop now, best first; those tried before are left out by the caller.
  void on_targets(const std::vector<sip::Target>& targets, bool complete, TimePoint now);
  void on_flow_opened(net::FlowId flow, TimePoint now);
  void on_flow_failed(net::FlowId flow, const Error& error, TimePoint now);
  void on_probed(ProbeId probe, const std::optional<Error>& error, TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return race_.next_deadline(); }
  /// Ends what is under way: nothing is wanted any more.
  void stop();

  struct Winner {
    sip::Target target;
    net::Flow flow;
    std::optional<Duration> took;  ///< to open a stream, or to be answered; empty: neither was needed
  };
  [[nodiscard]] const std::optional<Winner>& winner() const { return winner_; }
  [[nodiscard]] bool lost() const { return lost_; }
  /// What failed, in the order in which it did.
  [[nodiscard]] const std::vector<Tried>& failures() const { return failures_; }

  [[nodiscard]] bool uses(net::FlowId flow) const;
  [[nodiscard]] std::vector<ProbeWanted> take_probes();
  [[nodiscard]] std::vector<ProbeId> take_ended_probes();
  /// Streams that were being opened and are not wanted any more.
  [[nodiscard]] std::vector<net::FlowId> take_dropped();

 private:
  struct Candidate {
    sip::Target target;
    std::optional<sip::FlowRace::AttemptId> attempt;
    net::FlowId flow;
    ProbeId probe;
    bool failed = false;
    TimePoint started{};
    std::optional<Duration> took{};
  };
  void perform(const std::vector<sip::FlowRace::Action>& actions, TimePoint now);
  void start(std::size_t index, TimePoint now);
  void go_on(std::size_t index, TimePoint now);
  void take_only_one(TimePoint now);
  void cancel(Candidate& candidate, sip::FlowRace::Cancel::Why why);
  void end_attempt(Candidate& candidate);
  void fail(std::size_t index, const Error& error, TimePoint now);
  [[nodiscard]] bool needs_probe(const Candidate& candidate, TimePoint now) const;

  FlowBook& book_;
  const sip::FailureMemory& memory_;
  Open open_;
  std::uint64_t& last_probe_;
  sip::FlowRace race_{sip::FlowRace::Profile{}};
  bool paced_ = false;  // the race knows how long the first one usually takes
  std::vector<Candidate> candidates_;
  bool complete_ = false;
  std::optional<Winner> winner_;
  bool lost_ = false;
  std::vector<Tried> failures_;
  std::vector<ProbeWanted> probes_;
  std::vector<ProbeId> ended_probes_;
  std::vector<net::FlowId> dropped_;
};

}  // namespace godwit::ua
