// SPDX-License-Identifier: Apache-2.0
#include "lab/story_drawing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "sip/event/xml_text.h"

namespace godwit::lab {
namespace {

using sip::xml_escaped;

constexpr double kWidth = 960, kLeft = 120, kRight = 940;

template <class... Parts>
void put(std::string& svg, fmt::format_string<Parts...> format, Parts&&... parts) {
  fmt::format_to(std::back_inserter(svg), format, std::forward<Parts>(parts)...);
}

std::string in_ms(double ms) {
  return fmt::format("{:.1f} ms", ms);
}

// What fits into a row, in whole characters; the page has a list with all of it.
std::string_view beginning_of(std::string_view text) {
  constexpr std::size_t kMost = 120;
  if (text.size() <= kMost) return text;
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

void open_svg(std::string& svg, const char* name, double height, const std::string& label) {
  put(svg, "<svg class=\"{}\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}\">\n",
      name, kWidth, height, xml_escaped(label));
}

class Timeline {
 public:
  explicit Timeline(const Story& story) : story_(story) {}
  std::string draw();

 private:
  [[nodiscard]] double x(double ms) const {
    const double share = (ms - story_.from_ms) / std::max(1.0, story_.until_ms - story_.from_ms);
    return kLeft + std::clamp(share, 0.0, 1.0) * (kRight - kLeft);
  }
  void band(const char* name, double from_ms, double until_ms, double y, double height);
  void lane_name(const std::string& name, double y);
  void networks(double y);
  void call(double y);
  void direction(const std::string& name, const Story::Direction& frames, double y);
  void stages(double y);
  void axis(double y);

  const Story& story_;
  std::string svg_;
};

void Timeline::band(const char* name, double from_ms, double until_ms, double y, double height) {
  const double left = x(from_ms), width = std::max(0.0, x(until_ms) - left);
  put(svg_, "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>\n",
      name, left, y, width, height);
}

void Timeline::lane_name(const std::string& name, double y) {
  put(svg_, "<text class=\"lane\" x=\"{:.0f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
      kLeft - 10, y, xml_escaped(name));
}

void Timeline::networks(double y) {
  const auto& left = story_.lifelines.front();
  const auto& reached = story_.lifelines[story_.lifelines.size() > 3 ? 1 : 0];
  lane_name("network", y + 20);
  band("left", story_.from_ms, story_.gone_ms.value_or(story_.until_ms), y, 12);
  band("reached", 0, story_.until_ms, y + 15, 12);
  put(svg_, "<text class=\"onbar\" x=\"{:.1f}\" y=\"{:.1f}\">{} {}</text>\n", x(story_.from_ms) + 4,
      y + 10, xml_escaped(left.name), xml_escaped(left.address));
  // Reached at the end of the story, as after a sleep: the bar has no room for its name.
  const bool late = x(0) > kWidth * 0.7;
  put(svg_, "<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{} {}</text>\n",
      late ? "besidebar" : "onbar", x(0) + (late ? -4 : 4), y + 25, late ? "end" : "start",
      xml_escaped(reached.name), xml_escaped(reached.address));
}

void Timeline::call(double y) {
  lane_name("call", y + 10);
  const double moving = story_.moving_ms.value_or(story_.until_ms);
  const double moved = story_.moved_ms.value_or(story_.moving_ms ? story_.until_ms : moving);
  band("steady", story_.from_ms, moving, y, 12);
  band("moving", moving, moved, y, 12);
  band("steady", moved, story_.until_ms, y, 12);
}

void Timeline::direction(const std::string& name, const Story::Direction& direction, double y) {
  lane_name(name, y + 16);
  if (direction.silence) {
    const auto& [from, until] = *direction.silence;
    band("silence", from, until, y - 3, 30);
    put(svg_, "<text class=\"gap\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
        std::clamp((x(from) + x(until)) / 2, kLeft + 40, kRight - 40), y + 40, in_ms(until - from));
  }
  for (const auto& frame : direction.frames) {
    put(svg_, "<path class=\"{}\" d=\"M{:.1f} {:.1f}v24\"/>\n", frame.by_new ? "new" : "old",
        x(frame.at_ms), y);
  }
}

void Timeline::stages(double y) {
  lane_name("stages", y + 12);
  std::vector<Story::Stage> reached;
  for (const auto& stage : story_.stages) {
    if (stage.ms && *stage.ms <= story_.until_ms) reached.push_back(stage);
  }
  std::ranges::stable_sort(reached, {}, [](const Story::Stage& stage) { return *stage.ms; });
  double row = y + 12;
  for (const auto& stage : reached) {
    const double at = x(*stage.ms);
    const bool before = at > kWidth * 0.7;
    put(svg_, "<circle class=\"dot\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\"/>", at, row - 4);
    put(svg_, "<text class=\"note\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{} {}</text>\n",
        at + (before ? -8 : 8), row, before ? "end" : "start", xml_escaped(stage.name),
        in_ms(*stage.ms));
    row += 17;
  }
}

void Timeline::axis(double y) {
  const double span = story_.until_ms - story_.from_ms;
  double step = 50;
  while (span / step > 12) step *= step == 100 || step == 1000 ? 2.5 : 2;
  for (double at = std::ceil(story_.from_ms / step) * step; at <= story_.until_ms; at += step) {
    put(svg_,
        "<path class=\"{}\" d=\"M{:.1f} 8V{:.1f}\"/><text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" "
        "text-anchor=\"middle\">{:.0f}</text>\n",
        std::abs(at) < 0.5 ? "zero" : "grid", x(at), y, x(at), y + 14, at + 0.0);  // which makes 0 of -0
  }
  lane_name("ms", y + 14);
}

std::string Timeline::draw() {
  const double stages_height = 17 * static_cast<double>(story_.stages.size()) + 12;
  const double base = 208 + stages_height;
  open_svg(svg_, "timeline", base + 22, "Networks, call, sound and stages over time");
  axis(base);
  if (story_.begun_ms < 0) band("down", story_.begun_ms, 0, 8, base - 8);
  networks(14);
  call(52);
  direction("the peer hears", story_.out, 80);
  direction("we hear", story_.in, 138);
  stages(200);
  svg_ += "</svg>\n";
  return std::move(svg_);
}

constexpr double kRow = 24, kTop = 58, kTimes = 90;

class Ladder {
 public:
  explicit Ladder(const Story& story) : story_(story) {}
  std::string draw();

 private:
  [[nodiscard]] double x(std::size_t line) const {
    const double between =
        (kRight - kTimes - 140) / static_cast<double>(story_.lifelines.size() - 1);
    return kTimes + 70 + between * static_cast<double>(line);
  }
  void lifelines(double bottom);
  void arrow(const Story::Arrow& arrow, double y);
  void remark(const Story::Remark& remark, double y);
  void time(double at_ms, double y);

  const Story& story_;
  std::string svg_;
};

void Ladder::lifelines(double bottom) {
  using Kind = Story::Lifeline::Kind;
  for (std::size_t i = 0; i < story_.lifelines.size(); ++i) {
    const auto& line = story_.lifelines[i];
    const char* kind = line.kind == Kind::left      ? "left"
                       : line.kind == Kind::reached ? "reached"
                                                    : "far";
    put(svg_, "<text class=\"head {}\" x=\"{:.1f}\" y=\"20\" text-anchor=\"middle\">{}</text>\n",
        kind, x(i), xml_escaped(line.name));
    put(svg_, "<text class=\"sub\" x=\"{:.1f}\" y=\"36\" text-anchor=\"middle\">{}</text>\n", x(i),
        xml_escaped(line.address));
    put(svg_, "<path class=\"line {}\" d=\"M{:.1f} 44V{:.1f}\"/>\n", kind, x(i), bottom);
  }
}

void Ladder::time(double at_ms, double y) {
  put(svg_, "<text class=\"time\" x=\"{:.0f}\" y=\"{:.1f}\" text-anchor=\"end\">{:.1f}</text>\n",
      kTimes - 10, y + 4, at_ms);
}

void Ladder::arrow(const Story::Arrow& arrow, double y) {
  const double from = x(arrow.from), to = x(arrow.to), side = to > from ? 1 : -1;
  const char* kind = arrow.lost ? "lost" : arrow.media ? "media" : "sip";
  time(arrow.at_ms, y);
  put(svg_,
      "<g class=\"{}\"><path d=\"M{:.1f} {:.1f}H{:.1f}\"/><path class=\"tip\" d=\"M{:.1f} "
      "{:.1f}l{:.0f} -4v8z\"/>",
      kind, from, y, to - 2 * side, to, y, -8 * side);
  put(svg_, "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}{}</text></g>\n",
      (from + to) / 2, y - 4, xml_escaped(arrow.text), arrow.lost ? " (lost)" : "");
}

void Ladder::remark(const Story::Remark& remark, double y) {
  using Kind = Story::Remark::Kind;
  const char* kind = remark.kind == Kind::network    ? "network"
                     : remark.kind == Kind::decision ? "decision"
                                                     : "outcome";
  const auto shown = beginning_of(remark.text);
  time(remark.at_ms, y);
  put(svg_,
      "<g class=\"{}\"><rect x=\"{:.0f}\" y=\"{:.1f}\" width=\"{:.0f}\" height=\"18\" rx=\"3\"/>",
      kind, kTimes, y - 9, kRight - kTimes);
  put(svg_, "<text x=\"{:.0f}\" y=\"{:.1f}\">{}{}</text></g>\n", kTimes + 8, y + 4,
      xml_escaped(shown), shown.size() == remark.text.size() ? "" : "…");
}

std::string Ladder::draw() {
  const double height =
      kTop + kRow * static_cast<double>(story_.arrows.size() + story_.remarks.size()) + 8;
  open_svg(svg_, "ladder", height, "Messages between us, the server and the peer");
  lifelines(height - 4);
  auto remark_at = story_.remarks.begin();
  double y = kTop + kRow / 2;
  for (const auto& next : story_.arrows) {
    for (; remark_at != story_.remarks.end() && remark_at->at_ms <= next.at_ms;
         ++remark_at, y += kRow)
      remark(*remark_at, y);
    arrow(next, y);
    y += kRow;
  }
  for (; remark_at != story_.remarks.end(); ++remark_at, y += kRow) remark(*remark_at, y);
  svg_ += "</svg>\n";
  return std::move(svg_);
}

}  // namespace

std::string draw_timeline(const Story& story) {
  return Timeline(story).draw();
}

std::string draw_ladder(const Story& story) {
  return Ladder(story).draw();
}

}  // namespace godwit::lab
