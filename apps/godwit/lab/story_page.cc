// SPDX-License-Identifier: Apache-2.0
#include "lab/story_page.h"

#include <fmt/format.h>
#include <algorithm>

#include "lab/story_drawing.h"
#include "sip/event/xml_text.h"

namespace godwit::lab {
namespace {

using sip::xml_escaped;

using nlohmann::json;

constexpr const char* kStyle = R"(
:root{color-scheme:light dark;--paper:#fbfaf7;--card:#fff;--ink:#1d2430;--soft:#5d6776;--rule:#d9dde3;--old:#9c5208;--new:#1668b8;
--far:#5d6776;--good:#1c7a43;--bad:#b3261e;--gap:#f6cfc9;--down:#e9ebef;--decision:#eef4fb;--outcome:#eaf6ee;--network:#f8f1e3}
@media(prefers-color-scheme:dark){:root{--paper:#12161c;--card:#1a2029;--ink:#e6e9ee;--soft:#9aa5b4;--rule:#333c49;--old:#f0a250;--new:#6cb4f5;
--far:#9aa5b4;--good:#5fcf8d;--bad:#ff8a80;--gap:#5a2a2a;--down:#262d38;--decision:#1d2b3a;--outcome:#1b3025;--network:#332b1c}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:1080px;margin:0 auto;padding:24px 16px 64px}h1{font-size:1.7rem;line-height:1.2;margin:0 0 .4rem}h2{font-size:1.2rem;margin:0 0 .8rem}
h3{font-size:.95rem;margin:1.4rem 0 .4rem}.about{color:var(--soft);margin:0 0 1.6rem}.verdict{font-weight:700}.yes{color:var(--good)}.no{color:var(--bad)}
section{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:18px;margin:0 0 20px}
.scroll{overflow-x:auto}.scroll svg{min-width:760px;width:100%;display:block}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th,td{text-align:left;padding:3px 10px 3px 0;border-bottom:1px solid var(--rule)}
td.number{text-align:right;white-space:nowrap}ul{margin:.3rem 0;padding-left:1.2rem}code,li.told{overflow-wrap:anywhere}summary{cursor:pointer;font-weight:600;margin-top:1rem}
a{color:var(--new)}svg text{fill:var(--ink);font:12px system-ui,sans-serif}svg .lane,svg .tick,svg .sub,svg .time{fill:var(--soft)}
svg .onbar{fill:var(--card);font-weight:600;font-size:10.5px}svg .besidebar{font-weight:600;font-size:10.5px}rect.left{fill:var(--old)}rect.reached{fill:var(--new)}rect.steady{fill:var(--good)}rect.moving{fill:var(--gap)}
rect.silence{fill:var(--gap)}rect.down{fill:var(--down)}svg .gap{fill:var(--bad);font-weight:600}path.old{stroke:var(--old);stroke-width:1.6}path.new{stroke:var(--new);stroke-width:1.6}
path.grid{stroke:var(--rule)}path.zero{stroke:var(--ink);stroke-dasharray:4 3}circle.dot{fill:var(--new)}
svg .head{font-weight:700;font-size:13px}svg .head.left{fill:var(--old)}svg .head.reached{fill:var(--new)}path.line{stroke:var(--far);stroke-width:1.2}
path.line.left{stroke:var(--old)}path.line.reached{stroke:var(--new)}g.sip path,g.media path,g.lost path{stroke:var(--ink);fill:none}g .tip{fill:var(--ink)!important}
g.media path{stroke:var(--good);stroke-dasharray:5 3}g.media .tip{fill:var(--good)!important}g.lost path{stroke:var(--bad)}g.lost .tip{fill:var(--bad)!important}
g text,svg .note{paint-order:stroke;stroke:var(--card);stroke-width:3px}g rect~text{stroke:none}
g.network rect{fill:var(--network)}g.decision rect{fill:var(--decision)}g.outcome rect{fill:var(--outcome)}
)";

// Within a script element: nothing in it ends that element.
std::string escaped_json(const json& object) {
  std::string out;
  for (const char c : object.dump()) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  return out;
}

struct Row {
  const char* figure;
  const char* name;
  const char* unit;
};
constexpr Row kRows[] = {
    {"noticed_ms", "noticed", "ms"},
    {"refresh_sent_ms", "call refresh sent", "ms"},
    {"refresh_answered_ms", "call refresh answered", "ms"},
    {"registered_ms", "registered", "ms"},
    {"first_rtp_out_at_peer_ms", "first sound of ours at the peer", "ms"},
    {"first_rtp_in_ms", "first sound of the peer here", "ms"},
    {"gap_out_ms", "longest silence for the peer", "ms"},
    {"gap_in_ms", "longest silence for us", "ms"},
    {"lost_out", "frames lost on the way out", ""},
    {"lost_in", "frames lost on the way in", ""},
    {"registers", "REGISTERs sent", ""},
    {"registers_challenged", "of these challenged", ""},
    {"refreshes", "refreshes sent", ""},
};

std::string number(const json& value) {
  if (value.is_number()) return fmt::format("{}", value.get<double>());
  if (!value.is_object()) return "–";
  return fmt::format("{} ({} to {})", value.value("median", 0.0), value.value("min", 0.0),
                     value.value("max", 0.0));
}

std::string figures_of(const json& change) {
  std::string html = "<table><tbody>\n";
  for (const auto& [figure, name, unit] : kRows) {
    const auto value = change.find(figure);
    if (value == change.end()) continue;
    html += fmt::format(
        "<tr><td>{}</td><td class=\"number\"><span data-figure=\"{}\">{}</span> {}</td></tr>\n",
        name, figure, number(*value), unit);
  }
  return html + "</tbody></table>\n";
}

std::string list_of(const json& sentences) {
  std::string html = "<ul>\n";
  for (const auto& sentence : sentences) {
    html += "<li>" +
            xml_escaped(sentence.is_string() ? sentence.get<std::string>() : sentence.dump()) +
            "</li>\n";
  }
  return html + "</ul>\n";
}

double longest(const json& changes, const char* figure) {
  double most = 0;
  for (const auto& change : changes) {
    const auto value = change.find(figure);
    if (value != change.end() && value->is_number()) most = std::max(most, value->get<double>());
  }
  return most;
}

std::string headline(const json& report) {
  const auto& changes = report["changes"];
  const bool survived = report["survived"].get<bool>();
  if (!survived) return "The call did not survive";
  const auto times = changes.size() == 1 ? std::string("the change of its network")
                                         : fmt::format("{} changes of its network", changes.size());
  const double wanted = std::max(longest(changes, "sound_in_ms"), longest(changes, "sound_out_ms"));
  if (wanted > 0) {
    return fmt::format("The call survived {}; sound was there {:.0f} ms after it was wanted", times,
                       wanted);
  }
  return fmt::format("The call survived {}; the longest silence was {:.0f} ms", times,
                     std::max(longest(changes, "gap_in_ms"), longest(changes, "gap_out_ms")));
}

std::string opening(const LabOptions& options, const std::string& title, bool survived) {
  std::string html =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>";
  html += xml_escaped("godwit lab: " + options.scenario) + "</title>\n<style>" + kStyle +
          "</style></head>\n<body><main>\n";
  html += fmt::format("<h1 class=\"verdict {}\">{}</h1>\n", survived ? "yes" : "no",
                      xml_escaped(title));
  html += fmt::format(
      "<p class=\"about\">{} over {}, server {}, peer {}, sound {}; access links of {} ms one way",
      xml_escaped(options.scenario), xml_escaped(options.transport), xml_escaped(options.server),
      xml_escaped(options.peer), xml_escaped(options.media), options.one_way_ms);
  if (options.loss_percent > 0) html += fmt::format(", {} % lost", options.loss_percent);
  return html + ". Times are after t0, when the new network worked, and read from captures.</p>\n";
}

std::string closing(const json& report) {
  std::string html;
  for (const auto& [name, title] :
       {std::pair{"problems", "Beside the figures"}, {"missed", "Limits missed"}}) {
    const auto list = report.find(name);
    if (list == report.end() || list->empty()) continue;
    html += fmt::format("<section><h2>{}</h2>\n{}</section>\n", title, list_of(*list));
  }
  html +=
      "<script type=\"application/json\" id=\"figures\">" + escaped_json(report) + "</script>\n";
  return html + "</main></body></html>\n";
}

std::string told_in(const Story& story) {
  std::string html = "<details><summary>What the system and godwit told</summary><ul>\n";
  for (const auto& remark : story.remarks) {
    html += fmt::format("<li class=\"told\">{:.1f} ms: {}</li>\n", remark.at_ms,
                        xml_escaped(remark.text));
  }
  return html + "</ul></details>\n";
}

std::string section_of(const Story& story, const json& change) {
  std::string html = fmt::format("<section class=\"change\"><h2 class=\"{}\">{}</h2>\n",
                                 story.survived ? "yes" : "no", xml_escaped(story.headline));
  html += "<div class=\"scroll\">" + draw_timeline(story) + "</div>\n";
  html +=
      "<h3>Who said what to whom</h3>\n<div class=\"scroll\">" + draw_ladder(story) + "</div>\n";
  html += "<h3>Why it took these round trips</h3>\n" + list_of(story.round_trips);
  html += "<h3>Figures</h3>\n" + figures_of(change);
  return html + told_in(story) + "</section>\n";
}

}  // namespace

std::string render_page(const LabOptions& options, const json& report,
                        const std::vector<Story>& stories) {
  std::string html = opening(options, headline(report), report["survived"].get<bool>());
  for (std::size_t i = 0; i < stories.size() && i < report["changes"].size(); ++i) {
    html += section_of(stories[i], report["changes"][i]);
  }
  return html + closing(report);
}

std::string render_overview(const LabOptions& options, const json& report,
                            const std::vector<std::string>& folders) {
  const bool survived = report["survived"].get<bool>();
  std::string html = opening(
      options,
      fmt::format("{}: {} runs, {}", options.scenario, folders.size(),
                  survived ? "the call survived in each" : "not in each of them the call survived"),
      survived);
  for (const auto& change : report["changes"]) {
    html += fmt::format("<section class=\"change\"><h2>{} to {}</h2>\n{}</section>\n",
                        xml_escaped(change.value("from_network", "")),
                        xml_escaped(change.value("to_network", "")), figures_of(change));
  }
  html += "<section><h2>Each run</h2><ul>\n";
  for (const auto& folder : folders) {
    html += fmt::format("<li><a href=\"{0}/report.html\">{0}</a></li>\n", xml_escaped(folder));
  }
  return html + "</ul></section>\n" + closing(report);
}

}  // namespace godwit::lab
