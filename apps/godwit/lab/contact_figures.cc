// SPDX-License-Identifier: Apache-2.0
#include "lab/contact_figures.h"

#include <fmt/format.h>

#include <algorithm>

#include "lab/ip_packet.h"
#include "lab/report.h"
#include "lab/targets.h"

namespace godwit::lab {
namespace {

using nlohmann::json;

double ms_between(std::int64_t from_ns, std::int64_t to_ns) {
  return static_cast<double>(to_ns - from_ns) / kNsPerMs;
}

template <class Wanted>
const SeenSip* first_of(const std::vector<SeenSip>& all, const Wanted& wanted) {
  const auto found = std::find_if(all.begin(), all.end(), wanted);
  return found == all.end() ? nullptr : &*found;
}

bool is_ok_to(const SeenSip& sip, const char* method) {
  return !sip.at.sent && sip.message.status == 200 && sip.message.method == method;
}

int packets_to(const std::vector<CapturedPacket>& packets, const net::IpAddress& address) {
  return static_cast<int>(
      std::count_if(packets.begin(), packets.end(), [&](const CapturedPacket& packet) {
        const auto ip = read_ip(packet.bytes);
        return packet.way == PacketWay::sent && ip && ip->destination == address;
      }));
}

/// What a scenario promises on links of at most 25 ms that lose nothing.
Limits contact_limits(const LabOptions& options) {
  constexpr double kUsualMs = 25;
  Limits limits;
  limits.at_most("calls_into_the_hole", 0);
  if (options.one_way_ms > kUsualMs || options.jitter_ms > 0 || options.loss_percent > 0 ||
      options.reorder_percent > 0 || options.rate_kbps > 0) {
    return limits;
  }
  limits.at_most("registered_ms", options.transport == "udp" ? 600 : 1000);
  limits.at_most("next_request_after_ms", 20);
  return limits;
}

json number_of(const json& value) {
  return value.is_object() ? value["median"] : value;
}

json missed_limits(const LabOptions& options, const json& report) {
  json missed = json::array();
  for (const auto& [field, limit] : contact_limits(options).all) {
    if (limit.met_by(report[field])) continue;
    const json value = number_of(report[field]);
    missed.push_back(fmt::format("{} is {}, not {}", field,
                                 value.is_null() ? "missing" : value.dump(), limit.text()));
  }
  return missed;
}

struct Row {
  const char* field;
  const char* name;
  const char* unit;
};

constexpr Row kRows[] = {
    {"registered_ms", "registered", " ms"},
    {"next_request_ms", "next request sent", " ms"},
    {"next_request_after_ms", "  after the registration", " ms"},
    {"answered_ms", "and answered", " ms"},
    {"into_the_hole", "packets into the hole", ""},
    {"calls_into_the_hole", "  REGISTERs and INVITEs (UDP)", ""},
};

std::string shown_number(const json& value, const char* unit) {
  if (value.is_null()) return "-";
  if (value.is_number()) return fmt::format("{:.5g}{}", value.get<double>(), unit);
  return fmt::format("{:.5g}{} ({:.5g}..{:.5g})", value["median"].get<double>(), unit,
                     value["min"].get<double>(), value["max"].get<double>());
}

}  // namespace

ContactFigures read_contact(const std::vector<CapturedPacket>& at_a, const Observation& seen,
                            const Moment& given, const net::IpAddress& hole) {
  ContactFigures figures;
  figures.into_the_hole = packets_to(at_a, hole);
  figures.calls_into_the_hole =
      static_cast<int>(std::count_if(seen.sip.begin(), seen.sip.end(), [&](const SeenSip& sip) {
        return sip.at.sent && sip.at.destination.address == hole && sip.message.request &&
               (sip.message.method == "INVITE" || sip.message.method == "REGISTER");
      }));
  const SeenSip* const registered =
      first_of(seen.sip, [](const SeenSip& sip) { return is_ok_to(sip, "REGISTER"); });
  if (registered == nullptr) return figures;
  figures.registered_ms = ms_between(given.wall_ns, registered->at.time_ns);
  figures.server = fmt::format("{} {}", net::to_string(registered->at.transport),
                               net::to_string(registered->at.source));
  const SeenSip* const next = first_of(seen.sip, [&](const SeenSip& sip) {
    return sip.at.sent && sip.message.request && sip.message.method == "INVITE" &&
           sip.at.time_ns >= registered->at.time_ns;
  });
  if (next == nullptr) return figures;
  figures.next_request_ms = ms_between(given.wall_ns, next->at.time_ns);
  figures.next_request_after_ms = ms_between(registered->at.time_ns, next->at.time_ns);
  const SeenSip* const answered =
      first_of(seen.sip, [](const SeenSip& sip) { return is_ok_to(sip, "INVITE"); });
  if (answered != nullptr) figures.answered_ms = ms_between(given.wall_ns, answered->at.time_ns);
  return figures;
}

json make_contact_report(const LabOptions& options, const std::vector<ContactResult>& runs) {
  json report = {{"scenario", options.scenario},
                 {"transport", options.transport},
                 {"server", options.server},
                 {"runs", runs.size()}};
  const auto over_runs = [&](const char* field, const auto& read) {
    std::vector<std::optional<double>> values;
    for (const ContactResult& run : runs) values.push_back(read(run.figures));
    report[field] = summarise(std::move(values));
  };
  using F = const ContactFigures&;
  over_runs("registered_ms", [](F f) { return f.registered_ms; });
  over_runs("next_request_ms", [](F f) { return f.next_request_ms; });
  over_runs("next_request_after_ms", [](F f) { return f.next_request_after_ms; });
  over_runs("answered_ms", [](F f) { return f.answered_ms; });
  over_runs("into_the_hole", [](F f) { return std::optional<double>(f.into_the_hole); });
  over_runs("calls_into_the_hole",
            [](F f) { return std::optional<double>(f.calls_into_the_hole); });
  report["registered_at"] = runs.empty() ? "" : runs.front().figures.server;
  report["survived"] = !runs.empty() && std::all_of(runs.begin(), runs.end(),
                                                    [](const auto& run) { return run.survived(); });
  report["problems"] = json::array();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (const std::string& problem : runs[i].problems) {
      report["problems"].push_back(fmt::format("run {}: {}", i + 1, problem));
    }
  }
  report["missed"] = missed_limits(options, report);
  report["evidence"] = options.out_dir;
  return report;
}

std::string make_contact_table(const LabOptions& options, const json& report) {
  const auto paint = [&](const char* code, const std::string& text) {
    return options.color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
  };
  std::string text =
      fmt::format("\n{} over {}, server {}, {} run{}; ms after the command was given\n\n",
                  paint("1", options.scenario), options.transport, options.server,
                  report["runs"].get<int>(), options.runs > 1 ? "s: median (min..max)" : "");
  const Limits limits = contact_limits(options);
  for (const Row& row : kRows) {
    text += fmt::format("    {:<32} {:<26}", row.name, shown_number(report[row.field], row.unit));
    if (const auto limit = limits.of(row.field)) {
      const std::string aim = limit->text() + row.unit;
      text +=
          limit->met_by(report[row.field]) ? paint("32", "  " + aim) : paint("1;31", "! " + aim);
    }
    text += "\n";
  }
  text += fmt::format("    {:<32} {}\n\n", "at", report["registered_at"].get<std::string>());
  for (const json& problem : report["problems"]) text += "  ! " + problem.get<std::string>() + "\n";
  text += fmt::format("  evidence       {}/report.json, *.pcapng, *.ndjson\n", options.out_dir);
  return text + (report["survived"].get<bool>()
                     ? paint("32", "  reached: registered, and the call was answered\n")
                     : paint("1;31", "  not reached\n"));
}

}  // namespace godwit::lab
