// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <variant>
#include <vector>

#include "godwit/handover_report.h"
#include "godwit/ids.h"
#include "godwit/options.h"
#include "roam/in_use.h"
#include "roam/judge.h"
#include "roam/network_delta.h"
#include "roam/settle.h"

namespace godwit::roam {

/// REGISTER over the flow from `to.source`, replacing the binding from before.
struct Register {
  AccountId account;
  Judgement to;
};
/// Move media, then refresh the dialog's target and session (UPDATE or re-INVITE).
struct RefreshTarget {
  CallId call;
  HandoverKind kind = HandoverKind::break_before_make;
  ReconnectReason reason = ReconnectReason::network_switch;
  Judgement signalling;
  Judgement media;  ///< equal to `signalling` when nothing is agreed yet
};
/// One request over the old flow shows whether it still carries.
struct Probe {
  AccountId account;
};
/// Nothing leads anywhere: keep, wait for a hint.
struct ParkAccount {
  AccountId account;
};
struct ParkCall {
  CallId call;
};
using Step = std::variant<RefreshTarget, Register, Probe, ParkCall, ParkAccount>;

/// Ordered steps, each with its subject; calls before registrations (network-change §4).
struct RoamPlan {
  std::vector<Step> steps;
  Urgency urgency = Urgency::nothing;
};

/// Which of our addresses were missing at some time since their links last carried traffic.
using Disturbed = std::set<net::IpAddress>;

/// What is to be done about a network that is now as `snapshot` says. Pure: a table of judgements.
/// Only what is affected gets a step. A call whose media and signalling are both kept gets none;
/// its account is probed when it was disturbed.
[[nodiscard]] RoamPlan plan_roam(const Delta& delta, const net::NetworkSnapshot& snapshot,
                                 const InUse& in_use, const Disturbed& disturbed,
                                 const NetworkPolicy& policy);

[[nodiscard]] std::string to_string(
    const Step& step);  // "refresh_target call 3: move_now to 10.2.0.2 (…)"
[[nodiscard]] std::string_view kind_of(const Step& step);  // "refresh_target"
[[nodiscard]] std::string subject_of(const Step& step);    // "call 3"

}  // namespace godwit::roam
