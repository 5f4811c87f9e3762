// SPDX-License-Identifier: Apache-2.0
#include "lab/story.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/attachment.h"
#include "lab/story_drawing.h"
#include "lab/story_page.h"

namespace godwit::lab {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::int64_t kWorks = 500 * kNsPerSecond;

Moment after_t0(double ms) {
  const auto ns = kWorks + static_cast<std::int64_t>(ms * kNsPerMs);
  return {ns, ns};
}

net::SocketAddress place(const char* address, std::uint16_t port) {
  return {lab_address(address), port};
}

// Wi-Fi goes, LTE comes at once; heard again after 100 ms.
struct Moved {
  Moved() {
    change.mark = {"break",
                   lab_address("10.1.0.2"),
                   lab_address("10.2.0.2"),
                   0,
                   after_t0(-5),
                   after_t0(-1),
                   after_t0(0),
                   after_t0(-4),
                   after_t0(3000).wall_ns};
    change.from_label = "Wi-Fi";
    change.to_label = "LTE";
    change.figures.noticed_ms = 0.5;
    change.figures.refresh_method = "UPDATE";
    change.figures.refresh_sent_ms = 1;
    change.figures.refresh_answered_ms = 101;
    change.figures.first_rtp_out_ms = 2;
    change.figures.first_rtp_in_ms = 100;
    change.figures.gap_in_ms = 124;
    change.figures.gap_out_ms = 26;
    change.figures.lost_in = 5;
    change.out.after = change.in.after = {.windows = 4, .found = 4};
    change.round_trips = {"The least <there> is."};
    message(1, true, "10.2.0.2", "UPDATE", 0);
    message(101, false, "10.2.0.2", "UPDATE", 200);
    message(10, false, "10.1.0.2", "OPTIONS", 200);
    for (double ms = -100; ms < 600; ms += 20) {
      if (ms < -20 || ms >= 100) frame(ms, ms < 0 ? "10.1.0.2" : "10.2.0.2");
    }
    const auto event = [&](const char* type, double ms, json more) {
      json object = {{"type", type}, {"mono_ns", after_t0(ms).mono_ns}};
      object.update(more);
      events.push_back(std::move(object));
    };
    event("net.change.started", 0.5, {{"change", 1}, {"reasons", {"address_lost wifi0 10.1.0.2"}}});
    event("net.change.step", 0.5, {{"status", "started"}, {"detail", "refresh_target call 1 <b>"}});
    event("call.handover.begin", 0.5, json::object());
    event("call.handover.done", 101, json::object());
    event("net.change.finished", 101,
          {{"change", 1}, {"outcome", "recovered"}, {"took_ms", 100.5}});
    event("reg.ok", 9000, {{"contact", "too late to be told"}});
  }
  void message(double ms, bool sent, const char* own, const char* method, int status) {
    SeenSip sip;
    const auto a = place(own, 5060), server = place(kCoreV4, 5060);
    sip.at = {after_t0(ms).wall_ns, sent, sent ? a : server, sent ? server : a};
    sip.message.request = status == 0;
    sip.message.method = method;
    sip.message.status = status;
    seen.a.sip.push_back(std::move(sip));
  }
  void frame(double ms, const char* own) {
    SeenRtp rtp;
    rtp.at = {after_t0(ms).wall_ns, false, place(kPeerV4, 4000), place(own, 4000)};
    seen.a.rtp.push_back(rtp);
    rtp.at = {after_t0(ms).wall_ns, false, place(own, 4000), place(kPeerV4, 4000)};
    seen.b.rtp.push_back(rtp);
  }
  [[nodiscard]] Story tell() const { return tell_story(seen, {change.mark}, change, 0, events); }

  Evidence seen;
  ChangeResult change;
  std::vector<json> events;
};

TEST(Story, HasALifelineForEachOfOurAddresses) {
  const auto story = Moved().tell();
  ASSERT_THAT(story.lifelines, SizeIs(4));
  EXPECT_EQ(story.lifelines[0].address, "10.1.0.2");
  EXPECT_EQ(story.lifelines[1].address, "10.2.0.2");
}

TEST(Story, PutsMessagesAndFirstSoundInOrder) {
  const auto story = Moved().tell();
  std::vector<std::string> texts;
  for (const auto& arrow : story.arrows) texts.push_back(arrow.text + (arrow.lost ? " lost" : ""));
  EXPECT_THAT(texts, ElementsAre("UPDATE", "first RTP out", "200 to OPTIONS lost", "first RTP in",
                                 "200 to UPDATE"));
  EXPECT_EQ(story.arrows.front().from, 1U);
  EXPECT_EQ(story.arrows.front().to, 2U);
  EXPECT_EQ(story.arrows[3].from, 3U);
}

TEST(Story, FindsTheSilence) {
  const auto story = Moved().tell();
  ASSERT_TRUE(story.in.silence);
  EXPECT_DOUBLE_EQ(story.in.silence->from_ms, -40);
  EXPECT_DOUBLE_EQ(story.in.silence->until_ms, 100);
  EXPECT_FALSE(story.in.frames.front().by_new);
  EXPECT_TRUE(story.in.frames.back().by_new);
}

TEST(Story, TellsWhatTheSystemAndGodwitTold) {
  const auto story = Moved().tell();
  std::vector<std::string> texts;
  for (const auto& remark : story.remarks) texts.push_back(remark.text);
  EXPECT_THAT(texts, ElementsAre("address_lost wifi0 10.1.0.2", "refresh_target call 1 <b>",
                                 "the call has moved", "change 1: recovered after 100.5 ms"));
  EXPECT_EQ(story.moving_ms, 0.5);
  EXPECT_EQ(story.moved_ms, 101);
}

TEST(Story, SaysInOneLineWhatPeopleHeard) {
  Moved moved;
  EXPECT_EQ(
      moved.tell().headline,
      "1. Wi-Fi to LTE: silence of 124 ms for us and 26 ms for the peer, then the call went on");
  moved.change.figures.gap_in_ms = 22;
  moved.change.figures.lost_in = 0;
  EXPECT_THAT(moved.tell().headline, HasSubstr("nobody heard it"));
  moved.change.in.after.found = 0;
  EXPECT_THAT(moved.tell().headline, HasSubstr("did not come back"));
}

TEST(Story, ACallThatWasSilentByItselfIsHeardSoSoonAfterSoundWasWanted) {
  Moved moved;
  moved.change.mark.sound_asked = moved.change.mark.t0;
  moved.change.figures.sound_in_ms = 112;
  moved.change.figures.sound_out_ms = 160;
  EXPECT_THAT(moved.tell().headline,
              HasSubstr("heard 112 ms after sound was wanted, and by the peer after 160 ms"));
  moved.change.mark.sound_asked->wall_ns += 1000 * kNsPerMs;
  const auto story = moved.tell();
  EXPECT_GT(story.until_ms, 1160) << "what was wanted is shown";
  EXPECT_EQ(story.remarks.back().text, "sound is wanted");
}

TEST(Story, ANetworkThatReturnsHasOneLifeline) {
  Moved moved;
  moved.change.mark.to = moved.change.mark.from;
  const auto story = moved.tell();
  EXPECT_THAT(story.lifelines, SizeIs(3));
  EXPECT_THAT(draw_timeline(story), HasSubstr("10.1.0.2"));
}

TEST(StoryPage, ShowsEveryFigureOfTheReportAndNothingRaw) {
  const Moved moved;
  RunResult run;
  run.changes = {moved.change};
  run.problems = {"<script>"};
  const auto report = make_report({}, {run});
  const auto page = render_page({}, report, {moved.tell()});
  EXPECT_THAT(page, HasSubstr("data-figure=\"first_rtp_in_ms\">100</span>"));
  EXPECT_THAT(page, HasSubstr("data-figure=\"registered_ms\">–</span>"));
  EXPECT_THAT(page, HasSubstr("The least &lt;there&gt; is."));
  EXPECT_THAT(
      page,
      HasSubstr("The call survived the change of its network; the longest silence was 124 ms"));
  EXPECT_THAT(page, Not(HasSubstr("<b>")));
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
  EXPECT_THAT(page, HasSubstr("\\u003cscript>")) << "the report, which a reader of JSON gets back as it was";
}

TEST(StoryPage, TheOverviewLeadsToEachRun) {
  RunResult run;
  run.changes = {Moved().change};
  LabOptions options;
  options.runs = 2;
  const auto page =
      render_overview(options, make_report(options, {run, run}), {"run-01", "run-02"});
  EXPECT_THAT(page, HasSubstr("href=\"run-02/report.html\""));
  EXPECT_THAT(page, HasSubstr("100 (100 to 100)"));
}

TEST(StoryDrawing, TheLadderHasARowForEverythingAndCutsWhatIsLong) {
  auto story = Moved().tell();
  story.remarks.front().text = std::string(119, 'x') + "ä is cut";
  const auto svg = draw_ladder(story);
  EXPECT_THAT(svg, HasSubstr(std::string(119, 'x') + "…"));
  EXPECT_THAT(svg, HasSubstr("200 to OPTIONS (lost)"));
  EXPECT_THAT(svg, HasSubstr("&lt;b&gt;"));
}

TEST(StoryDrawing, TheTimelineShadesTheSilence) {
  const auto svg = draw_timeline(Moved().tell());
  EXPECT_THAT(svg, HasSubstr("class=\"silence\""));
  EXPECT_THAT(svg, HasSubstr(">140.0 ms<"));
  EXPECT_THAT(svg, HasSubstr("UPDATE answered 101.0 ms"));
}

TEST(StoryDrawing, ANetworkReachedAtTheEndIsNamedBesideItsBar) {
  auto story = Moved().tell();
  EXPECT_THAT(draw_timeline(story), Not(HasSubstr("besidebar")));
  story.from_ms = -10'000;  // a sleep
  EXPECT_THAT(draw_timeline(story), HasSubstr("class=\"besidebar\""));
}

}  // namespace
}  // namespace godwit::lab
