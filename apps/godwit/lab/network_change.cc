// SPDX-License-Identifier: Apache-2.0
#include "lab/network_change.h"

#include <signal.h>

#include <array>

#include "lab/child_process.h"
#include "lab/interrupt.h"

namespace godwit::lab {
namespace {

constexpr std::uint32_t kPreferredMetric = 50;
constexpr double kOverlapBeforeFlipMs = 300;
constexpr double kOverlapAfterFlipMs = 3000;
constexpr double kDeafMs = 8000;

tl::unexpected<Error> broken(const Error& error) {
  return tl::unexpected(error);
}

std::string up_text(const Attachment& to) {
  return to.label + " up (" + to_string(to.address) + ")";
}
std::string gone_text(const Attachment& from) {
  return from.label + " gone (" + to_string(from.address) + ")";
}

// With no time between them, both halves go to the kernel as one request.
Result<ChangeMark> replace(Rig& rig, const PlannedChange& planned, Progress& progress,
                           ChangeMark mark) {
  NetlinkBatch batch;
  rig.detach(batch, planned.from, kUsualMetric);
  mark.begun = Moment::now();
  mark.from_gone = mark.begun;
  if (planned.down_ms > 0) {
    auto gone = rig.commit(batch);
    if (!gone) return broken(gone.error());
    progress.say(gone_text(planned.from));
    pause_ms(planned.down_ms);
    batch = NetlinkBatch();
  }
  mark.coming = planned.down_ms > 0 ? Moment::now() : mark.begun;
  auto done = rig.commit(rig.attach(batch, planned.to, kUsualMetric));
  if (!done) return broken(done.error());
  mark.t0 = *done;
  if (planned.down_ms == 0) progress.say(gone_text(planned.from));
  progress.say(up_text(planned.to));
  return mark;
}

// The end of a make before break.
Result<ChangeMark> go_later(Rig& rig, const Attachment& from, Progress& progress, ChangeMark mark) {
  pause_ms(kOverlapAfterFlipMs);
  NetlinkBatch leave;
  const Moment leaving = Moment::now();
  auto gone = rig.commit(rig.detach(leave, from, kUsualMetric));
  if (!gone) return broken(gone.error());
  mark.from_gone = leaving;
  progress.say(gone_text(from));
  return mark;
}

Result<ChangeMark> overlap(Rig& rig, const PlannedChange& planned, Progress& progress,
                           ChangeMark mark) {
  NetlinkBatch beside;
  auto up = rig.commit(rig.attach(beside, planned.to, kStandbyMetric));
  if (!up) return broken(up.error());
  progress.say(up_text(planned.to) + " beside " + planned.from.label);
  pause_ms(kOverlapBeforeFlipMs);
  NetlinkBatch flip;
  mark.begun = mark.coming = Moment::now();
  auto flipped = rig.commit(flip.add_route(rig.default_route(planned.to, kPreferredMetric)));
  if (!flipped) return broken(flipped.error());
  mark.t0 = *flipped;
  progress.say("default route by " + planned.to.label);
  return go_later(rig, planned.from, progress, std::move(mark));
}

// What phones do: the new network carries from the moment at which it is there.
Result<ChangeMark> prefer(Rig& rig, const PlannedChange& planned, Progress& progress,
                          ChangeMark mark) {
  NetlinkBatch batch;
  mark.begun = mark.coming = Moment::now();
  auto up = rig.commit(rig.attach(batch, planned.to, kPreferredMetric));
  if (!up) return broken(up.error());
  mark.t0 = *up;
  progress.say(up_text(planned.to) + ", preferred to " + planned.from.label);
  return go_later(rig, planned.from, progress, std::move(mark));
}

Result<ChangeMark> leave(Rig& rig, const PlannedChange& planned, Progress& progress,
                         ChangeMark mark) {
  NetlinkBatch batch;
  mark.begun = mark.coming = Moment::now();
  mark.from_gone = mark.begun;
  auto gone = rig.commit(rig.withdraw_address(batch, planned.from, kUsualMetric));
  if (!gone) return broken(gone.error());
  mark.t0 = *gone;
  progress.say(gone_text(planned.from) + ", " + to_string(planned.to.address) + " stays");
  return mark;
}

// The default route leads by the same link as before; which source it has is up to the lifetimes.
// What is in use may stay where it is until its address goes (RFC 4862 §5.5.4): the change is then.
Result<ChangeMark> renumber(Rig& rig, const PlannedChange& planned, Progress& progress,
                            ChangeMark mark) {
  const Attachment& from = planned.from;
  NetlinkBatch batch;
  RouteSpec any_source = rig.default_route(planned.to, kUsualMetric);
  any_source.source = planned.to.any();
  // A default route of the same metric takes the old one's place.
  rig.attach(batch, planned.to, kUsualMetric)
      .deprecate_address(rig.device(from.device), from.address, from.prefix_length())
      .add_route(any_source);
  if (auto come = rig.commit(batch); !come) return broken(come.error());
  progress.say(to_string(planned.to.address) + " comes, " + to_string(from.address) +
               " is deprecated");
  pause_ms(kOverlapAfterFlipMs);
  NetlinkBatch expire;
  mark.begun = mark.coming = Moment::now();
  mark.from_gone = mark.begun;
  auto gone = rig.commit(rig.forget_address(expire, from));
  if (!gone) return broken(gone.error());
  mark.t0 = *gone;
  progress.say(gone_text(from));
  return mark;
}

// The link, its address and its routes are as they were: the router swallows what passes.
Result<ChangeMark> silence(const Stage& stage, const PlannedChange& planned, ChangeMark mark) {
  const std::string device = "\"" + planned.from.device + "\"";
  mark.begun = mark.coming = Moment::now();
  auto done = run_program(
      {.arguments = {"nft", "add table inet silence; "
                            "add chain inet silence in { type filter hook prerouting priority -400; }; "
                            "add rule inet silence in iifname " + device + " drop; "
                            "add chain inet silence out { type filter hook postrouting priority 400; }; "
                            "add rule inet silence out oifname " + device + " drop"},
       .where = &stage.rig.router()});
  if (!done) return broken(done.error());
  mark.t0 = Moment::now();
  stage.progress.say("nothing passes by " + planned.from.label + " any more");
  return mark;
}

// Neither the link nor the address tells of it. What had passed before belongs to what was before.
Result<ChangeMark> rebind(const Stage& stage, const PlannedChange& planned, ChangeMark mark) {
  mark.begun = Moment::now();
  auto done = stage.rig.restart_nat(planned.to);
  if (!done) return broken(done.error());
  mark.t0 = mark.coming = Moment::now();
  stage.progress.say("the NAT starts anew, others see " + to_string(planned.to.outside));
  return mark;
}

// Its clocks go on, as they do not all in a real sleep: CLOCK_MONOTONIC stands still there.
Result<ChangeMark> sleep_and_wake(const Stage& stage, const PlannedChange& planned,
                                  ChangeMark mark) {
  NetlinkBatch gone;
  mark.begun = Moment::now();
  stage.parties.signal_a(SIGSTOP);
  mark.from_gone = Moment::now();
  auto left = stage.rig.commit(stage.rig.detach(gone, planned.from, kUsualMetric));
  if (!left) return broken(left.error());
  stage.progress.say("A sleeps");
  pause_ms(planned.down_ms);
  NetlinkBatch come;
  mark.coming = Moment::now();
  auto up = stage.rig.commit(stage.rig.attach(come, planned.to, kUsualMetric));
  if (!up) return broken(up.error());
  stage.parties.signal_a(SIGCONT);
  mark.t0 = Moment::now();
  stage.progress.say("A wakes, " + up_text(planned.to));
  return mark;
}

Result<ChangeMark> deaf_server(const Stage& stage, const PlannedChange& planned, ChangeMark mark) {
  stage.parties.signal_server(SIGSTOP);
  stage.progress.say("the server stands still");
  auto made = replace(stage.rig, planned, stage.progress, std::move(mark));
  if (made) pause_ms(kDeafMs);
  stage.parties.signal_server(SIGCONT);
  stage.progress.say("the server goes on");
  return made;
}

// As OpenVPN does it: two halves of everything are more specific than the default route.
std::array<RouteSpec, 2> all_routes(const Rig& rig, const Attachment& by) {
  RouteSpec low = rig.default_route(by, 0);
  low.prefix_length = 1;
  RouteSpec high = low;
  high.destination = lab_address("128.0.0.0");
  return {low, high};
}

RouteSpec own_route(const Rig& rig, const Attachment& by) {
  RouteSpec route = rig.default_route(by, 0);
  route.table = by.table;
  route.source = by.any();
  return route;
}

Result<ChangeMark> better(Rig& rig, const PlannedChange& planned, Progress& progress,
                          ChangeMark mark) {
  const Attachment& to = planned.to;
  NetlinkBatch batch;
  batch.set_link_up(rig.device(to.device))
      .add_source_rule(to.address, to.table)
      .add_address(rig.device(to.device), to.address, to.prefix_length())
      .add_route(own_route(rig, to));
  for (const RouteSpec& route : all_routes(rig, to)) batch.add_route(route);
  mark.begun = mark.coming = Moment::now();
  auto done = rig.commit(batch);
  if (!done) return broken(done.error());
  mark.t0 = *done;
  progress.say(up_text(to) + ", all routes by it");
  return mark;
}

Result<ChangeMark> withdraw(Rig& rig, const PlannedChange& planned, Progress& progress,
                            ChangeMark mark) {
  const Attachment& from = planned.from;
  NetlinkBatch batch;
  for (const RouteSpec& route : all_routes(rig, from)) batch.remove_route(route);
  batch.remove_route(own_route(rig, from))
      .remove_address(rig.device(from.device), from.address, from.prefix_length())
      .remove_source_rule(from.address, from.table);
  mark.begun = mark.coming = Moment::now();
  mark.from_gone = mark.begun;
  auto done = rig.commit(batch);
  if (!done) return broken(done.error());
  mark.t0 = *done;
  NetlinkBatch down;
  if (auto off = rig.commit(down.set_link_down(rig.device(from.device))); !off) {
    return broken(off.error());
  }
  progress.say(gone_text(from) + ", " + planned.to.label + " is used again");
  return mark;
}

}  // namespace

Result<ChangeMark> make_network_change(const Stage& stage, const PlannedChange& planned) {
  Rig& rig = stage.rig;
  Progress& progress = stage.progress;
  ChangeMark mark;
  mark.kind = planned.kind();
  mark.from = planned.from.address;
  mark.to = planned.to.address;
  mark.outside = planned.to.outside;
  mark.down_ms = planned.down_ms;
  switch (planned.form) {
    case ChangeForm::replace:
    case ChangeForm::flap:
      return replace(rig, planned, progress, std::move(mark));
    case ChangeForm::overlap:
      return overlap(rig, planned, progress, std::move(mark));
    case ChangeForm::better:
      return better(rig, planned, progress, std::move(mark));
    case ChangeForm::withdraw:
      return withdraw(rig, planned, progress, std::move(mark));
    case ChangeForm::prefer:
      return prefer(rig, planned, progress, std::move(mark));
    case ChangeForm::leave:
      return leave(rig, planned, progress, std::move(mark));
    case ChangeForm::silence:
      return silence(stage, planned, std::move(mark));
    case ChangeForm::rebind:
      return rebind(stage, planned, std::move(mark));
    case ChangeForm::sleep:
      return sleep_and_wake(stage, planned, std::move(mark));
    case ChangeForm::deaf_server:
      return deaf_server(stage, planned, std::move(mark));
    case ChangeForm::renumber:
      return renumber(rig, planned, progress, std::move(mark));
  }
  return fail(Errc::invalid_argument, "no such form of change");
}

}  // namespace godwit::lab
