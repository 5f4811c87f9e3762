// SPDX-License-Identifier: Apache-2.0
#include "expectation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "nearest_word.h"

namespace godwit::cli {
namespace {

struct Figure {
  std::string_view name;
  std::string_view unit;  ///< of the figure: "ms", "s", "%" or none
  double CallFigures::*value;
};

constexpr std::array<Figure, 8> kFigures{{
    {"gap", "ms", &CallFigures::gap_ms},
    {"loss", "%", &CallFigures::loss},
    {"jitter", "ms", &CallFigures::jitter_ms},
    {"rtt", "ms", &CallFigures::rtt_ms},
    {"mos", "", &CallFigures::mos},
    {"duration", "s", &CallFigures::duration_s},
    {"handovers", "", &CallFigures::handovers},
    {"answered", "", &CallFigures::answered},
}};

const Figure* figure_named(std::string_view name) {
  const auto* it = std::find_if(kFigures.begin(), kFigures.end(),
                                [&](const Figure& figure) { return figure.name == name; });
  return it == kFigures.end() ? nullptr : it;
}

tl::unexpected<Error> wrong(const std::string& text, std::string_view why) {
  return fail(Errc::invalid_argument, fmt::format("--expect {}: {}", text, why));
}

/// A number and the letters behind it.
Result<std::pair<double, std::string_view>> number_and_unit(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || !(number >= 0)) {
    return fail(Errc::invalid_argument, fmt::format("{} is no number", text));
  }
  return std::pair(number, text.substr(static_cast<std::size_t>(rest - text.data())));
}

double milliseconds_in(std::string_view unit) {
  if (unit == "ms") return 1;
  if (unit == "s") return 1e3;
  if (unit == "min") return 60e3;
  if (unit == "h") return 3600e3;
  return 0;
}

/// The value of a term in the figure's own unit: "0.3s" of a gap is 300.
Result<double> in_unit_of(const Figure& figure, std::string_view text) {
  const auto read = number_and_unit(text);
  if (!read) return tl::unexpected(read.error());
  const auto [number, unit] = *read;
  if (unit.empty() || unit == figure.unit) return number;
  const double own = milliseconds_in(figure.unit);
  const double given = milliseconds_in(unit);
  if (own > 0 && given > 0) return number * given / own;
  return fail(Errc::invalid_argument, fmt::format("{} has no unit {}", figure.name, unit));
}

Result<EventExpectation> parse_event(std::vector<std::string> words) {
  EventExpectation expected;
  if (!words.empty() && words.front() == "not") {
    expected.wanted = false;
    words.erase(words.begin());
  }
  const auto within = std::find(words.begin(), words.end(), "within");
  if (within != words.end()) {
    if (std::distance(within, words.end()) != 2) {
      return fail(Errc::invalid_argument,
                  "within: one time follows, like 5s or 300ms, and no more");
    }
    const auto span = parse_span(*std::next(within));
    if (!span) return tl::unexpected(span.error());
    expected.within = *span;
    words.erase(within, words.end());
  }
  auto condition = parse_condition(words);
  if (!condition) return tl::unexpected(condition.error());
  expected.condition = std::move(*condition);
  return expected;
}

Result<FigureExpectation> parse_figure(std::string_view text) {
  auto term = parse_term(text);
  if (!term) return tl::unexpected(term.error());
  const Figure* figure = figure_named(term->field);
  if (figure == nullptr || term->comparator == Comparator::contains) {
    std::vector<std::string> names;
    for (const Figure& known : kFigures) names.emplace_back(known.name);
    return fail(Errc::invalid_argument,
                fmt::format("{}: there is no such figure{}; there are gap, loss, jitter, rtt, mos, "
                            "duration, handovers and answered",
                            term->field, hint(term->field, names)));
  }
  const auto value = in_unit_of(*figure, term->value);
  if (!value) return tl::unexpected(value.error());
  term->value = fmt::format("{}", *value);
  return FigureExpectation{std::move(*term)};
}

/// "gap<=300ms" compares at once; the word of an event comes before its comparisons.
bool is_about_figures(const std::vector<std::string>& words) {
  return !words.empty() && words.front().find_first_of("<>=~!") != std::string::npos;
}

double seconds(Duration duration) {
  return milliseconds(duration) / 1e3;
}

}  // namespace

Result<Duration> parse_span(std::string_view text) {
  const auto read = number_and_unit(text);
  if (!read) return tl::unexpected(read.error());
  const auto [number, unit] = *read;
  const double factor = milliseconds_in(unit.empty() ? "s" : unit);
  constexpr double kLongest = 7 * 24 * 3600e3;
  if (factor <= 0 || number * factor > kLongest) {
    return fail(Errc::invalid_argument, fmt::format("{}: not a time like 5s or 300ms", text));
  }
  using Milliseconds = std::chrono::duration<double, std::milli>;
  return std::chrono::duration_cast<Duration>(Milliseconds(number * factor));
}

Result<void> Expectations::add_figures(const std::string& text, Expectations& all) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    auto figure = parse_figure(part);
    if (!figure) return wrong(text, figure.error().detail);
    Watched watched;
    watched.text = part;
    watched.figure = std::move(*figure);
    all.all_.push_back(std::move(watched));
    begin = end + 1;
  }
  return {};
}

Result<Expectations> Expectations::parse(const std::vector<std::string>& texts) {
  Expectations expectations;
  for (const std::string& text : texts) {
    const auto words = split_words(text);
    if (!words) return wrong(text, words.error().detail);
    if (is_about_figures(*words)) {
      if (auto added = add_figures(text, expectations); !added) {
        return tl::unexpected(added.error());
      }
      continue;
    }
    auto event = parse_event(*words);
    if (!event) return wrong(text, event.error().detail);
    Watched watched;
    watched.text = text;
    watched.event = std::move(*event);
    expectations.all_.push_back(std::move(watched));
  }
  return expectations;
}

void Expectations::on_event(const Json& event, Duration at) {
  for (Watched& one : all_) {
    if (!one.event || one.came || (one.event->within && at > *one.event->within)) continue;
    if (matches(one.event->condition, event)) one.came = at;
  }
}

void Expectations::judge(const CallFigures& figures, Duration at) {
  for (Watched& one : all_) {
    if (one.figure) {
      one.value = figures.*figure_named(one.figure->term.field)->value;
      one.met = matches(one.figure->term, Json(one.value));
      // What has not been measured is not good.
      if (figures.answered < 1 && one.figure->term.field != "answered") one.met = false;
    } else if (one.event->wanted) {
      one.met = one.came.has_value();
    } else {
      // "not … within 5s" says something only when those 5 s have passed.
      const bool seen_enough = !one.event->within || at >= *one.event->within;
      one.met = !one.came && seen_enough;
    }
  }
}

Verdict Expectations::verdict(const Verdict& otherwise) const {
  const auto missed =
      std::count_if(all_.begin(), all_.end(), [](const Watched& one) { return !one.met; });
  if (missed > 0) {
    const auto first =
        std::find_if(all_.begin(), all_.end(), [](const Watched& one) { return !one.met; });
    std::string sentence = fmt::format("Not as expected: {}", first->text);
    if (missed > 1) sentence += fmt::format(", and {} more", missed - 1);
    // The outcome says why: "bob is busy".
    return {ExitCode::media_failure, sentence + ".", otherwise.sentence};
  }
  const bool end_was_expected = std::any_of(all_.begin(), all_.end(), [](const Watched& one) {
    return one.event && one.event->wanted && one.event->condition.type == "call.ended";
  });
  const bool is_an_end =
      otherwise.code == ExitCode::rejected || otherwise.code == ExitCode::no_answer;
  if (end_was_expected && is_an_end) return {};
  return otherwise;
}

std::string Expectations::to_text() const {
  std::string text;
  for (const Watched& one : all_) {
    if (!text.empty()) text += '\n';
    text += fmt::format("{}  {}", one.met ? "yes" : "no ", one.text);
    if (one.figure) text += fmt::format(" (it was {:.4g})", one.value);
    if (one.came) text += fmt::format(" (after {:.2f} s)", seconds(*one.came));
  }
  return text;
}

Json Expectations::to_json() const {
  Json list = Json::array();
  for (const Watched& one : all_) {
    Json j;
    j["expected"] = one.text;
    j["met"] = one.met;
    if (one.figure) j["value"] = one.value;
    if (one.came) j["after_ms"] = milliseconds(*one.came);
    list.push_back(std::move(j));
  }
  return list;
}

}  // namespace godwit::cli
