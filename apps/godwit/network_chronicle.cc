// SPDX-License-Identifier: Apache-2.0
#include "network_chronicle.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <variant>

#include "base/overloaded.h"
#include "config_file.h"
#include "event_shapes.h"
#include "history_file.h"
#include "shown_text.h"

namespace godwit::cli {
namespace {

/// "10.1.0.2:5060" of "<sip:alice@10.1.0.2:5060;transport=tcp>".
std::string host_and_port(const std::string& contact) {
  const auto begin = contact.find('@');
  if (begin == std::string::npos) return contact;
  return contact.substr(begin + 1, contact.find_first_of(";>?", begin) - begin - 1);
}

std::string text_in(const Json& entry, std::string_view name) {
  const Json value = field_of(entry, name);
  return value.is_string() ? value.get<std::string>() : "";
}

double number_in(const Json& entry, std::string_view name) {
  const Json value = field_of(entry, name);
  return value.is_number() ? value.get<double>() : 0;
}

std::string calls_text(int n, std::string_view what) {
  if (n == 0) return "";
  return fmt::format(", {} call{} {}", n, n == 1 ? "" : "s", what);
}

std::string reasons_in(const Json& entry) {
  std::string text;
  for (const Json& reason : field_of(entry, "reasons")) {
    if (reason.is_string()) text += (text.empty() ? "" : ", ") + reason.get<std::string>();
  }
  return text;
}

}  // namespace

std::optional<Json> NetworkChronicle::on_event(const Event& event, WallTime now) {
  std::optional<Json> entry;
  std::visit(overloaded{[&](const RegistrationChanged& e) {
                          if (e.state == RegistrationState::registered) contact_ = host_and_port(e.contact);
                        },
                        [&](const NetworkChangeStarted& e) {
                          open_[e.change.value] = {.began = now, .reasons = e.reasons, .from = contact_, .to = {}};
                        },
                        [&](const Reconnected& e) {
                          const auto change = open_.find(e.report.change.value);
                          if (change == open_.end()) return;
                          ++change->second.moved;
                          change->second.from = e.report.from;
                          change->second.to = e.report.to;
                        },
                        [&](const Dropped& e) {
                          const auto change = open_.find(e.change.value);
                          if (change != open_.end()) ++change->second.dropped;
                        },
                        [&](const NetworkChangeFinished& e) {
                          if (open_.contains(e.change.value)) entry = close(e);
                        },
                        [](const auto&) {}},
             event);
  return entry;
}

Json NetworkChronicle::close(const NetworkChangeFinished& finished) {
  const Change change = std::move(open_.extract(finished.change.value).mapped());
  // Without a network, or before the next one has been reached, there is no "to".
  const bool arrived = finished.outcome == ChangeOutcome::recovered || finished.outcome == ChangeOutcome::partly;
  Json j;
  j["v"] = kJsonVersion;
  j["time"] = rfc3339(change.began);
  j["change"] = finished.change.value;
  j["reasons"] = change.reasons;
  j["from"] = change.from;
  j["to"] = change.to.empty() && arrived ? contact_ : change.to;
  j["calls_moved"] = change.moved;
  j["calls_dropped"] = change.dropped;
  j["outcome"] = to_string(finished.outcome);
  j["took_ms"] = milliseconds(finished.took);
  return j;
}

std::string network_history_line(const Json& entry) {
  std::string time = text_in(entry, "time").substr(0, 19);  // to the second
  for (char& c : time) {
    if (c == 'T') c = ' ';
  }
  std::string way = text_in(entry, "from");
  const std::string to = text_in(entry, "to");
  if (to.empty()) way += " -> none";
  if (!to.empty() && to != way) way += " -> " + to;
  return shown(fmt::format("{}  change {:.0f}  {}  {} in {:.0f} ms{}{}  ({})", time, number_in(entry, "change"),
                           way, text_in(entry, "outcome"), number_in(entry, "took_ms"),
                           calls_text(static_cast<int>(number_in(entry, "calls_moved")), "moved"),
                           calls_text(static_cast<int>(number_in(entry, "calls_dropped")), "lost"),
                           reasons_in(entry)));
}

std::string network_history_path() {
  return state_path("network-history.ndjson");
}

void remember_network_changes(AgentSession& session) {
  session.on_event([&session, chronicle = NetworkChronicle(),
                    file = HistoryFile(network_history_path())](const Event& event) mutable {
    const auto entry = chronicle.on_event(event, std::chrono::system_clock::now());
    if (!entry) return;
    if (auto added = file.add(*entry); !added) {
      session.output().problem(verdict_on(added.error(), "The network change is not remembered"));
      file = HistoryFile("");  // told once
    }
  });
}

}  // namespace godwit::cli
