// SPDX-License-Identifier: Apache-2.0
#include "roam/roam_plan.h"

#include <algorithm>

#include "base/overloaded.h"

namespace godwit::roam {
namespace {

using net::IpAddress;
using net::NetworkSnapshot;

bool moves(const Judgement& judgement) {
  return judgement.verdict == Verdict::move_now || judgement.verdict == Verdict::move_gently;
}

bool works(const Judgement& judgement) {
  return judgement.verdict != Verdict::park;
}

Urgency urgency_of(const Judgement& judgement) {
  switch (judgement.verdict) {
    case Verdict::keep:
      return Urgency::nothing;
    case Verdict::move_gently:
      return Urgency::calm;
    case Verdict::verify:
    case Verdict::move_now:
    case Verdict::park:
      return Urgency::urgent;
  }
  return Urgency::nothing;
}

struct CallJudgement {
  Judgement signalling;
  Judgement media;
};

/// Where the peer's media address is out of reach but signalling works in the other family, media
/// goes there too; the answer will say where to (network-change §6).
Judgement media_after_signalling(const Judgement& signalling, const Judgement& media) {
  if (works(media) || !works(signalling)) return media;
  if (signalling.source.family() == media.destination.family()) return media;
  return {.verdict = Verdict::move_now,
          .source = signalling.source,
          .destination = IpAddress::any(signalling.source.family()),
          .family_changes = true,
          .reason = media.reason + ", the answer will tell another address"};
}

CallJudgement judge_call(const CallInUse& call, const NetworkSnapshot& snapshot,
                         const Disturbed& disturbed) {
  CallJudgement judged;
  judged.signalling = judge(call.signalling, snapshot, disturbed.contains(call.signalling.local));
  if (!call.media) {
    judged.media = judged.signalling;
    return judged;
  }
  const auto media = judge(*call.media, snapshot, disturbed.contains(call.media->local));
  judged.media = media_after_signalling(judged.signalling, media);
  return judged;
}

RefreshTarget refresh_target(CallId call, const CallJudgement& judged) {
  const auto& [signalling, media] = judged;
  RefreshTarget step{.call = call, .signalling = signalling, .media = media};
  const bool broken = signalling.verdict == Verdict::move_now || media.verdict == Verdict::move_now;
  step.kind = broken ? HandoverKind::break_before_make : HandoverKind::make_before_break;
  if (signalling.family_changes || media.family_changes) {
    step.reason = ReconnectReason::family_switch;
  } else if (!works(media)) {
    step.reason = ReconnectReason::network_lost;
  }
  return step;
}

std::optional<Step> step_for_call(CallId call, const CallJudgement& judged,
                                  const NetworkPolicy& policy) {
  if (!works(judged.signalling)) {
    // While it is heard, a call can do without signalling; its account waits for a way.
    if (judged.media.verdict == Verdict::keep || judged.media.verdict == Verdict::verify) {
      return std::nullopt;
    }
    return ParkCall{call};
  }
  if (moves(judged.signalling) || moves(judged.media)) {
    if (!policy.refresh_calls) return std::nullopt;
    return refresh_target(call, judged);
  }
  if (!works(judged.media)) return ParkCall{call};
  return std::nullopt;
}

std::optional<Step> step_for_account(AccountId account, const Judgement& judged) {
  switch (judged.verdict) {
    case Verdict::keep:
      return std::nullopt;
    case Verdict::verify:
      return Probe{account};
    case Verdict::move_now:
    case Verdict::move_gently:
      return Register{account, judged};
    case Verdict::park:
      return ParkAccount{account};
  }
  return std::nullopt;
}

}  // namespace

RoamPlan plan_roam(const Delta& delta, const NetworkSnapshot& snapshot, const InUse& in_use,
                   const Disturbed& disturbed, const NetworkPolicy& policy) {
  RoamPlan plan;
  if (!delta.empty()) plan.urgency = Urgency::calm;
  for (const auto& call : in_use.calls) {
    const auto judged = judge_call(call, snapshot, disturbed);
    plan.urgency =
        std::max({plan.urgency, urgency_of(judged.signalling), urgency_of(judged.media)});
    if (auto step = step_for_call(call.call, judged, policy)) plan.steps.push_back(*step);
  }
  for (const auto& account : in_use.accounts) {
    const auto judged = judge(account.server, snapshot, disturbed.contains(account.server.local));
    plan.urgency = std::max(plan.urgency, urgency_of(judged));
    if (auto step = step_for_account(account.account, judged)) plan.steps.push_back(*step);
  }
  // `Step` lists its kinds in the order in which they are to be done.
  std::stable_sort(plan.steps.begin(), plan.steps.end(),
                   [](const Step& a, const Step& b) { return a.index() < b.index(); });
  return plan;
}

std::string_view kind_of(const Step& step) {
  return std::visit(
      overloaded{[](const RefreshTarget&) { return "refresh_target"; },
                 [](const Register&) { return "register"; }, [](const Probe&) { return "probe"; },
                 [](const ParkCall&) { return "park"; }, [](const ParkAccount&) { return "park"; }},
      step);
}

std::string subject_of(const Step& step) {
  const auto call = [](CallId id) { return "call " + std::to_string(id.value); };
  const auto account = [](AccountId id) { return "account " + std::to_string(id.value); };
  return std::visit(overloaded{[&](const RefreshTarget& s) { return call(s.call); },
                               [&](const Register& s) { return account(s.account); },
                               [&](const Probe& s) { return account(s.account); },
                               [&](const ParkCall& s) { return call(s.call); },
                               [&](const ParkAccount& s) { return account(s.account); }},
                    step);
}

namespace {

std::string describe(const Judgement& judgement) {
  std::string text(to_string(judgement.verdict));
  if (moves(judgement)) text += " to " + to_string(judgement.source);
  return text + " (" + judgement.reason + ')';
}

std::string describe(const RefreshTarget& step) {
  if (step.signalling == step.media) return describe(step.signalling);
  return "signalling " + describe(step.signalling) + ", media " + describe(step.media);
}

}  // namespace

std::string to_string(const Step& step) {
  const std::string what =
      std::visit(overloaded{[](const RefreshTarget& s) { return ": " + describe(s); },
                            [](const Register& s) { return ": " + describe(s.to); },
                            [](const auto&) { return std::string{}; }},
                 step);
  return std::string(kind_of(step)) + ' ' + subject_of(step) + what;
}

}  // namespace godwit::roam
