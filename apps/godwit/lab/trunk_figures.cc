// SPDX-License-Identifier: Apache-2.0
#include "lab/trunk_figures.h"

#include <algorithm>
#include <map>
#include <set>

namespace godwit::lab {
namespace {

constexpr std::uint32_t kTicks = 160;  // of a frame of 20 ms, at 8,000 Hz

using Stream = std::vector<const SeenRtp*>;

double lost_in(const Stream& stream) {
  if (stream.empty()) return 0;
  std::set<std::int64_t> heard;
  for (const SeenRtp* const rtp : stream) {
    heard.insert(static_cast<std::int32_t>(rtp->timestamp - stream.front()->timestamp));
  }
  return static_cast<double>((*heard.rbegin() - *heard.begin()) / kTicks + 1) -
         static_cast<double>(heard.size());
}

StreamFigures read(const Stream& stream, const ChangeMark& change, StreamWay way) {
  StreamFigures figures;
  Stream around;
  for (const SeenRtp* const rtp : stream) {
    if (rtp->at.time_ns >= change.t0.wall_ns - kNsPerSecond) around.push_back(rtp);
    const auto& end = way == StreamWay::to_a ? rtp->at.destination : rtp->at.source;
    const bool by_new = rtp->at.time_ns >= change.t0.wall_ns && end.address == change.to;
    if (by_new && !figures.first_ms) {
      figures.first_ms =
          static_cast<double>(rtp->at.time_ns - change.t0.wall_ns) / static_cast<double>(kNsPerMs);
    }
    figures.alive |= by_new && rtp->at.time_ns >= change.end_wall_ns - kNsPerSecond;
  }
  figures.lost = lost_in(around);
  return figures;
}

}  // namespace

std::vector<StreamFigures> read_streams(const Evidence& seen, const ChangeMark& change,
                                        StreamWay way) {
  std::map<std::uint32_t, Stream> streams;
  for (const SeenRtp* const rtp :
       way == StreamWay::to_a ? received_by_a(seen, {change}) : received_by_b(seen)) {
    if (rtp->at.time_ns < change.end_wall_ns) streams[rtp->ssrc].push_back(rtp);
  }
  std::vector<StreamFigures> all;
  for (const auto& [ssrc, stream] : streams) {
    // One that begins later belongs to a call dialled anew: it is no sound of a call that moved.
    if (stream.front()->at.time_ns >= change.t0.wall_ns) continue;
    all.push_back(read(stream, change, way));
  }
  return all;
}

}  // namespace godwit::lab
