// SPDX-License-Identifier: Apache-2.0
#include "lab/figures.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace godwit::lab {
namespace {

constexpr std::int64_t kFrameNs = 20 * kNsPerMs;
constexpr std::int64_t kLookBefore = kNsPerSecond;     // looked at before a change
constexpr std::int64_t kLookAfter = 2 * kNsPerSecond;  // looked at after media came back
constexpr std::uint32_t kFrameTicks = 160;

using Packets = std::vector<const SeenRtp*>;

double ms_after(std::int64_t time_ns, const ChangeMark& change) {
  return static_cast<double>(time_ns - change.t0.wall_ns) / kNsPerMs;
}

// In a make the address serves before t0; nothing of A's counts as the change's before it begins.
bool within(const SeenSip& sip, const ChangeMark& change) {
  return sip.at.time_ns >= change.begun.wall_ns && sip.at.time_ns < change.end_wall_ns;
}

bool is_refresh(const SipView& message) {
  return message.method == "UPDATE" || (message.method == "INVITE" && message.in_dialog);
}

template <class Wanted>
Packets select(const std::vector<SeenRtp>& all, const Wanted& wanted) {
  Packets chosen;
  for (const SeenRtp& rtp : all) {
    if (wanted(rtp)) chosen.push_back(&rtp);
  }
  return chosen;
}

Packets between(const Packets& all, std::int64_t from_ns, std::int64_t to_ns) {
  Packets chosen;
  std::copy_if(all.begin(), all.end(), std::back_inserter(chosen), [&](const SeenRtp* rtp) {
    return rtp->at.time_ns >= from_ns && rtp->at.time_ns < to_ns;
  });
  return chosen;
}

// Frames missing by RTP timestamp; where a new stream begins, by the clock.
double missing_frames(const Packets& packets) {
  double missing = 0;
  std::size_t start = 0;
  while (start < packets.size()) {
    std::size_t end = start;
    std::set<std::int64_t> heard;
    for (; end < packets.size() && packets[end]->ssrc == packets[start]->ssrc; ++end) {
      heard.insert(static_cast<std::int32_t>(packets[end]->timestamp - packets[start]->timestamp));
    }
    missing += static_cast<double>((*heard.rbegin() - *heard.begin()) / kFrameTicks) + 1 -
               static_cast<double>(heard.size());
    if (end < packets.size()) {
      const auto gap = packets[end]->at.time_ns - packets[end - 1]->at.time_ns;
      missing += std::max(0.0, std::round(static_cast<double>(gap) / kFrameNs) - 1);
    }
    start = end;
  }
  return missing;
}

// The part of a direction that a change touches: from a little before until well after the media
// came back, or until the next change if they did not.
Packets around(const Packets& packets, const ChangeMark& change) {
  const std::int64_t earliest = std::min(change.begun.wall_ns, change.t0.wall_ns) - kLookBefore;
  const auto back = std::find_if(packets.begin(), packets.end(), [&](const SeenRtp* rtp) {
    return rtp->at.time_ns >= change.t0.wall_ns;
  });
  if (back == packets.end()) return between(packets, earliest, change.end_wall_ns);
  const std::int64_t quiet = change.from_gone ? change.from_gone->wall_ns : change.t0.wall_ns;
  const std::int64_t latest = std::max((*back)->at.time_ns, quiet) + kLookAfter;
  return between(packets, earliest, std::min(latest, change.end_wall_ns));
}

std::optional<double> longest_gap(const Packets& packets) {
  std::optional<double> longest;
  for (std::size_t i = 1; i < packets.size(); ++i) {
    const auto gap = packets[i]->at.time_ns - packets[i - 1]->at.time_ns;
    longest = std::max(longest.value_or(0), static_cast<double>(gap) / kNsPerMs);
  }
  return longest;
}

std::optional<double> lost_frames(const Packets& packets, const ChangeMark& change) {
  const bool came_back = std::any_of(packets.begin(), packets.end(), [&](const SeenRtp* rtp) {
    return rtp->at.time_ns > change.t0.wall_ns;
  });
  if (!came_back) return std::nullopt;
  return std::max(0.0, missing_frames(packets) - std::round(change.down_ms / 20.0));
}

// A call that was held or rang is silent by itself: what counts is how soon it has sound then.
void read_sound_asked(const Evidence& seen, const std::vector<ChangeMark>& changes,
                      std::size_t index, ChangeFigures& figures) {
  const ChangeMark& change = changes[index];
  const std::int64_t asked = change.sound_asked->wall_ns;
  const auto first = [&](const Packets& packets) -> std::optional<double> {
    const Packets after = between(packets, asked, change.end_wall_ns);
    if (after.empty()) return std::nullopt;
    return static_cast<double>(after.front()->at.time_ns - asked) / kNsPerMs;
  };
  figures.sound_out_ms = first(received_by_b(seen));
  figures.sound_in_ms = first(received_by_a(seen, changes));
}

template <class Wanted>
std::optional<double> first_ms(const Packets& packets, const ChangeMark& change,
                               const Wanted& wanted) {
  for (const SeenRtp* const rtp : packets) {
    const bool in_time =
        rtp->at.time_ns >= change.begun.wall_ns && rtp->at.time_ns < change.end_wall_ns;
    if (in_time && wanted(*rtp)) return ms_after(rtp->at.time_ns, change);
  }
  return std::nullopt;
}

// What is sent to where B was does not arrive.
bool reaches_b(const SeenRtp& rtp, const ChangeMark& change) {
  return !change.peer_to || rtp.at.time_ns < change.t0.wall_ns ||
         rtp.at.destination.address == *change.peer_to;
}

void read_media(const Evidence& seen, const std::vector<ChangeMark>& changes, std::size_t index,
                ChangeFigures& figures) {
  const ChangeMark& change = changes[index];
  const Packets sent = select(seen.a.rtp, [](const SeenRtp& rtp) { return rtp.at.sent; });
  const Packets at_a = received_by_a(seen, changes);
  Packets at_b = received_by_b(seen);
  std::erase_if(at_b, [&](const SeenRtp* rtp) { return !reaches_b(*rtp, change); });
  // A flap gives the old address back: only what comes after t0 came by the new network.
  const bool same = change.from == change.to;
  const auto from_new = [&](const SeenRtp& rtp) {
    return change.is_new_source(rtp.at.source.address) && (!same || rtp.at.time_ns >= change.coming.wall_ns);
  };
  const auto to_new = [&](const SeenRtp& rtp) {
    return rtp.at.destination.address == change.to &&
           (!same || rtp.at.time_ns >= change.coming.wall_ns);
  };
  figures.first_rtp_out_ms = first_ms(sent, change, from_new);
  figures.first_rtp_out_at_peer_ms = first_ms(at_b, change, from_new);
  figures.first_rtp_in_ms = first_ms(at_a, change, to_new);
  figures.gap_sent_ms = longest_gap(around(sent, change));
  figures.gap_out_ms = longest_gap(around(at_b, change));
  figures.gap_in_ms = longest_gap(around(at_a, change));
  figures.lost_out = lost_frames(around(at_b, change), change);
  figures.lost_in = lost_frames(around(at_a, change), change);
}

// Call-IDs of calls dialled anew.
std::set<std::string> read_requests(const Evidence& seen, const ChangeMark& change,
                                    ChangeFigures& figures) {
  std::set<std::string> redialled;
  std::set<std::string> branches;
  for (const SeenSip& sip : seen.a.sip) {
    const SipView& message = sip.message;
    if (!within(sip, change) || !sip.at.sent || !message.request) continue;
    if (message.method == "ACK" || !branches.insert(message.branch).second) continue;
    if (message.method == "REGISTER") ++figures.registers;
    if (message.method == "INVITE" && !message.in_dialog) redialled.insert(message.call_id);
    if (!is_refresh(message)) continue;
    if (figures.refreshes++ > 0) continue;
    figures.refresh_method = message.method;
    figures.refresh_sent_ms = ms_after(sip.at.time_ns, change);
  }
  figures.redials = static_cast<int>(redialled.size());
  return redialled;
}

void read_answers(const Evidence& seen, const ChangeMark& change,
                  const std::set<std::string>& redialled, ChangeFigures& figures) {
  std::set<std::string> challenged;
  for (const SeenSip& sip : seen.a.sip) {
    const SipView& message = sip.message;
    if (!within(sip, change) || sip.at.sent || message.request) continue;
    if (sip.at.destination.address != change.to) continue;
    const bool good = message.status >= 200 && message.status < 300;
    const std::optional<double> when = ms_after(sip.at.time_ns, change);
    if (message.method == "REGISTER") {
      if (good && !figures.registered_ms) figures.registered_ms = when;
      if (message.status == 401 || message.status == 407) challenged.insert(message.branch);
    } else if (good && (message.method == "UPDATE" || message.method == "INVITE")) {
      const bool redial = redialled.contains(message.call_id);
      std::optional<double>& answered =
          redial ? figures.redial_answered_ms : figures.refresh_answered_ms;
      if (!answered && (redial || figures.refreshes > 0)) answered = when;
    }
  }
  figures.registers_challenged = static_cast<int>(challenged.size());
}

}  // namespace

std::vector<const SeenRtp*> received_by_a(const Evidence& seen,
                                          const std::vector<ChangeMark>& changes,
                                          std::int64_t grace_ns) {
  return select(seen.a.rtp, [&](const SeenRtp& rtp) {
    if (rtp.at.sent) return false;
    return std::none_of(changes.begin(), changes.end(), [&](const ChangeMark& change) {
      // Gone, and not (or not yet) given back by a flap or a later change.
      if (rtp.at.destination.address != change.from) return false;
      if (!change.from_gone) return false;
      if (rtp.at.time_ns < change.from_gone->wall_ns + grace_ns) return false;
      return std::none_of(changes.begin(), changes.end(), [&](const ChangeMark& later) {
        return later.to == change.from && later.coming.wall_ns >= change.coming.wall_ns &&
               rtp.at.time_ns >= later.coming.wall_ns;
      });
    });
  });
}

std::vector<const SeenRtp*> received_by_b(const Evidence& seen) {
  return select(seen.b.rtp, [](const SeenRtp& rtp) { return !rtp.at.sent; });
}

Shown shown_within(const Evidence& seen, const std::vector<ChangeMark>& changes,
                   const Stretch& stretch) {
  const auto longest_ending_within = [&](const Packets& packets) {
    std::optional<double> longest;
    for (std::size_t i = 1; i < packets.size(); ++i) {
      const std::int64_t end = packets[i]->at.time_ns;
      if (end < stretch.from_ns || end > stretch.until_ns) continue;
      const auto gap = static_cast<double>(end - packets[i - 1]->at.time_ns) / kNsPerMs;
      longest = std::max(longest.value_or(0), gap);
    }
    return longest;
  };
  Shown shown;
  shown.sent_ms =
      longest_ending_within(select(seen.a.rtp, [](const SeenRtp& rtp) { return rtp.at.sent; }));
  const Packets received = received_by_a(seen, changes);
  shown.received_ms = longest_ending_within(received);
  shown.received_late_ms = longest_ending_within(received_by_a(seen, changes, kNsPerMs));
  // The last one before belongs to it: what is missing after that was lost in the stretch.
  const auto first = std::find_if(received.begin(), received.end(), [&](const SeenRtp* rtp) {
    return rtp->at.time_ns >= stretch.from_ns;
  });
  const auto from_ns =
      first == received.begin() ? stretch.from_ns : (*std::prev(first))->at.time_ns;
  const Packets inside = between(received, from_ns, stretch.until_ns + 1);
  if (!inside.empty()) shown.lost_in = missing_frames(inside);
  return shown;
}

ChangeFigures read_figures(const Evidence& seen, const std::vector<ChangeMark>& changes,
                           std::size_t index) {
  ChangeFigures figures;
  if (changes[index].sound_asked) {
    read_sound_asked(seen, changes, index, figures);
  } else {
    read_media(seen, changes, index, figures);
  }
  const auto redialled = read_requests(seen, changes[index], figures);
  read_answers(seen, changes[index], redialled, figures);
  return figures;
}

std::vector<std::string> last_bindings(const Evidence& seen, std::string_view user,
                                       std::int64_t until_wall_ns) {
  std::vector<std::string> contacts;
  for (const SeenSip& sip : seen.a.sip) {
    const SipView& message = sip.message;
    if (sip.at.time_ns >= until_wall_ns) break;
    if (sip.at.sent || message.method != "REGISTER" || message.status != 200) continue;
    if (message.from_uri.find(user) != std::string::npos) contacts = message.contacts;
  }
  return contacts;
}

}  // namespace godwit::lab
