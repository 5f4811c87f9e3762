// SPDX-License-Identifier: Apache-2.0
#include "lab/story.h"

#include <fmt/format.h>

#include <algorithm>

#include "lab/attachment.h"
#include "lab/nat64.h"
#include "lab/own_word.h"

namespace godwit::lab {
namespace {

using nlohmann::json;

constexpr double kBeforeMs = 200, kAfterMs = 150, kLeastMs = 400, kMostMs = 16'000;
constexpr double kHeardMs = 250;  // of the sound that was wanted
// Frames are 20 ms apart; a jitter of that much is no silence.
constexpr double kSilenceMs = 60;

std::string address_of(const net::IpAddress& address) {
  return to_string(address);
}

class Teller {
 public:
  Teller(const Evidence& seen, const std::vector<ChangeMark>& marks, const ChangeResult& change,
         std::size_t index)
      : seen_(seen), marks_(marks), change_(change), mark_(change.mark), index_(index) {}

  Story tell(const std::vector<json>& events);

 private:
  [[nodiscard]] double after_t0(std::int64_t wall_ns) const {
    return static_cast<double>(wall_ns - mark_.t0.wall_ns) / kNsPerMs;
  }
  [[nodiscard]] double mono_after_t0(std::int64_t mono_ns) const {
    return static_cast<double>(mono_ns - mark_.t0.mono_ns) / kNsPerMs;
  }
  void set_span();
  void add_lifelines();
  [[nodiscard]] std::optional<std::size_t> own_line(const net::IpAddress& address) const;
  [[nodiscard]] std::size_t far_line(const net::IpAddress& address) const;
  void add_messages();
  void add_first_sound();
  void add_remarks(const std::vector<json>& events);
  void remark(const json& event, double at_ms);
  Story::Direction direction(const std::vector<const SeenRtp*>& received, bool out) const;
  void add_stages();
  [[nodiscard]] std::string headline() const;

  const Evidence& seen_;
  const std::vector<ChangeMark>& marks_;
  const ChangeResult& change_;
  const ChangeMark& mark_;
  std::size_t index_;
  Story story_;
};

// From a little before the change until all of its figures are there.
void Teller::set_span() {
  const auto& figures = change_.figures;
  double last = kLeastMs;
  for (const auto& ms :
       {figures.refresh_answered_ms, figures.registered_ms, figures.first_rtp_in_ms,
        figures.first_rtp_out_at_peer_ms, figures.redial_answered_ms}) {
    last = std::max(last, ms.value_or(0));
  }
  // Who holds a call or hears it ring has no sound until it is wanted.
  if (mark_.sound_asked) {
    const double sound =
        std::max(figures.sound_in_ms.value_or(0), figures.sound_out_ms.value_or(0));
    last = std::max(last, after_t0(mark_.sound_asked->wall_ns) + sound + kHeardMs);
  }
  story_.begun_ms = after_t0(mark_.begun.wall_ns);
  if (mark_.from_gone) {
    story_.gone_ms = after_t0(mark_.from_gone->wall_ns);
    last = std::max(last, *story_.gone_ms);
  }
  story_.from_ms = story_.begun_ms - kBeforeMs;
  story_.until_ms = std::min({last + kAfterMs, kMostMs, after_t0(mark_.end_wall_ns)});
}

void Teller::add_lifelines() {
  using Kind = Story::Lifeline::Kind;
  story_.lifelines.push_back({Kind::left, change_.from_label, address_of(mark_.from)});
  if (mark_.to != mark_.from) {
    story_.lifelines.push_back({Kind::reached, change_.to_label, address_of(mark_.to)});
  }
  story_.lifelines.push_back({Kind::server, "server", ""});
  story_.lifelines.push_back({Kind::peer, "peer", ""});
}

std::optional<std::size_t> Teller::own_line(const net::IpAddress& address) const {
  if (address == mark_.from) return 0;
  if (address == mark_.to) return 1;
  return std::nullopt;
}

std::size_t Teller::far_line(const net::IpAddress& address) const {
  const bool peer = address == lab_address(kPeerV4) || address == lab_address(kPeerV6) ||
                    address == lab_address(std::string(kNat64Prefix) + kPeerV4);
  return story_.lifelines.size() - (peer ? 1 : 2);
}

void Teller::add_messages() {
  for (const SeenSip& sip : seen_.a.sip) {
    const double at = after_t0(sip.at.time_ns);
    const auto own = own_line(sip.at.sent ? sip.at.source.address : sip.at.destination.address);
    if (!own || at < story_.from_ms || at > story_.until_ms) continue;
    const auto far = far_line(sip.at.sent ? sip.at.destination.address : sip.at.source.address);
    const auto& message = sip.message;
    const std::string text =
        message.request ? message.method : fmt::format("{} to {}", message.status, message.method);
    const bool lost = !sip.at.sent && *own == 0 && story_.gone_ms && at > *story_.gone_ms;
    story_.arrows.push_back(
        {at, sip.at.sent ? *own : far, sip.at.sent ? far : *own, text, false, lost});
  }
}

void Teller::add_first_sound() {
  const std::size_t peer = story_.lifelines.size() - 1, here = mark_.to == mark_.from ? 0 : 1;
  const auto& figures = change_.figures;
  if (figures.first_rtp_out_ms) {
    story_.arrows.push_back({*figures.first_rtp_out_ms, here, peer, "first RTP out", true, false});
  }
  if (figures.first_rtp_in_ms) {
    story_.arrows.push_back({*figures.first_rtp_in_ms, peer, here, "first RTP in", true, false});
  }
}

void Teller::remark(const json& event, double at_ms) {
  using Kind = Story::Remark::Kind;
  const std::string type = event.value("type", "");
  const auto add = [&](Kind kind, std::string text) {
    story_.remarks.push_back({kind, at_ms, std::move(text)});
  };
  if (type == "net.change.started") {
    for (const auto& reason : event.value("reasons", json::array())) {
      if (reason.is_string()) add(Kind::network, reason.get<std::string>());
    }
  } else if (type == "net.change.step" && event.value("status", "") == "started") {
    add(Kind::decision, event.value("detail", ""));
  } else if (type == "call.handover.begin") {
    story_.moving_ms = story_.moving_ms.value_or(at_ms);
  } else if (type == "call.handover.done") {
    story_.moved_ms = at_ms;
    add(Kind::outcome, "the call has moved");
  } else if (type == "reg.ok") {
    add(Kind::outcome, "registered: " + event.value("contact", ""));
  } else if (type == "net.change.finished") {
    add(Kind::outcome, fmt::format("change {}: {} after {} ms", event.value("change", 0),
                                   event.value("outcome", ""), event.value("took_ms", 0.0)));
  } else if (type == "call.dropped" || type == "call.ended") {
    add(Kind::outcome, "the call ended: " + event.value("reason", ""));
  }
}

void Teller::add_remarks(const std::vector<json>& events) {
  if (mark_.sound_asked) {
    story_.remarks.push_back({Story::Remark::Kind::decision,
                              after_t0(mark_.sound_asked->wall_ns), "sound is wanted"});
  }
  for (const json& event : events) {
    const auto mono = event.find("mono_ns");
    if (mono == event.end() || !mono->is_number()) continue;
    const double at = mono_after_t0(mono->get<std::int64_t>());
    if (at >= story_.begun_ms - 1 && at <= story_.until_ms) remark(event, at);
  }
}

Story::Direction Teller::direction(const std::vector<const SeenRtp*>& received, bool out) const {
  Story::Direction seen;
  for (const SeenRtp* rtp : received) {
    const double at = after_t0(rtp->at.time_ns);
    if (at < story_.from_ms || at > story_.until_ms) continue;
    const bool reached = out ? mark_.is_new_source(rtp->at.source.address)
                             : rtp->at.destination.address == mark_.to;
    seen.frames.push_back({at, reached && mark_.to != mark_.from});
  }
  for (std::size_t i = 1; i < seen.frames.size(); ++i) {
    const Story::Silence silence{seen.frames[i - 1].at_ms, seen.frames[i].at_ms};
    const double length = silence.until_ms - silence.from_ms;
    const double longest =
        seen.silence ? seen.silence->until_ms - seen.silence->from_ms : kSilenceMs;
    if (length > longest) seen.silence = silence;
  }
  seen.lost = out ? change_.figures.lost_out : change_.figures.lost_in;
  return seen;
}

void Teller::add_stages() {
  const auto& f = change_.figures;
  const std::string refresh = f.refresh_method.empty() ? "refresh" : f.refresh_method;
  story_.stages = {
      {"noticed", "noticed_ms", f.noticed_ms},
      {refresh + " sent", "refresh_sent_ms", f.refresh_sent_ms},
      {"first RTP out", "first_rtp_out_ms", f.first_rtp_out_ms},
      {"first RTP at the peer", "first_rtp_out_at_peer_ms", f.first_rtp_out_at_peer_ms},
      {"registered", "registered_ms", f.registered_ms},
      {"first RTP in", "first_rtp_in_ms", f.first_rtp_in_ms},
      {refresh + " answered", "refresh_answered_ms", f.refresh_answered_ms},
      {"new call answered", "redial_answered_ms", f.redial_answered_ms},
  };
  if (f.redials == 0) story_.stages.pop_back();
}

std::string Teller::headline() const {
  const auto& f = change_.figures;
  const std::string what = fmt::format("{} to {}", change_.from_label, change_.to_label);
  if (!change_.survived()) return what + ": the call did not come back";
  if (change_.mark.sound_asked) {
    return fmt::format("{}: the call was silent by itself; heard {:.0f} ms after sound was wanted, "
                       "and by the peer after {:.0f} ms",
                       what, f.sound_in_ms.value_or(0), f.sound_out_ms.value_or(0));
  }
  const double out = f.gap_out_ms.value_or(0), in = f.gap_in_ms.value_or(0);
  if (f.lost_in.value_or(0) == 0 && f.lost_out.value_or(0) == 0 &&
      std::max(in, out) <= kSilenceMs) {
    return what + ": nobody heard it";
  }
  return fmt::format(
      "{}: silence of {:.0f} ms for us and {:.0f} ms for the peer, then the call went on", what, in,
      out);
}

Story Teller::tell(const std::vector<json>& events) {
  set_span();
  add_lifelines();
  add_messages();
  add_first_sound();
  add_remarks(events);
  std::ranges::stable_sort(story_.arrows, {}, &Story::Arrow::at_ms);
  std::ranges::stable_sort(story_.remarks, {}, &Story::Remark::at_ms);
  story_.out = direction(received_by_b(seen_), true);
  story_.in = direction(received_by_a(seen_, marks_), false);
  add_stages();
  story_.round_trips = change_.round_trips;
  story_.survived = change_.survived();
  story_.headline = fmt::format("{}. {}", index_ + 1, headline());
  return std::move(story_);
}

}  // namespace

Story tell_story(const Evidence& seen, const std::vector<ChangeMark>& marks,
                 const ChangeResult& change, std::size_t index, const std::vector<json>& events) {
  return Teller(seen, marks, change, index).tell(events);
}

}  // namespace godwit::lab
