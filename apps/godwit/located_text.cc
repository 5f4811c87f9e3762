// SPDX-License-Identifier: Apache-2.0
#include "located_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "shown_text.h"
#include "sip/locate/explain.h"

namespace godwit::cli {
namespace {

using Query = io::LocateOutcome::Query;
using sip::Target;

const char* name_of(Target::Via via) {
  switch (via) {
    case Target::Via::literal:
      return "literal";
    case Target::Via::hosts_file:
      return "hosts_file";
    case Target::Via::address_record:
      return "address_record";
    case Target::Via::srv:
      return "srv";
    case Target::Via::naptr:
      return "naptr";
  }
  return "";
}

const char* name_of(net::DnsAnswer::Status status) {
  switch (status) {
    case net::DnsAnswer::Status::found:
      return "found";
    case net::DnsAnswer::Status::no_data:
      return "no_data";
    case net::DnsAnswer::Status::no_such_name:
      return "no_such_name";
    case net::DnsAnswer::Status::failed:
      return "failed";
  }
  return "";
}

std::size_t count_records(const net::DnsAnswer& answer) {
  return answer.addresses.size() + answer.services.size() + answer.pointers.size();
}

Json target_json(const Target& target) {
  return {{"transport", net::to_string(target.transport)},
          {"address", net::to_string(target.remote.address)},
          {"port", target.remote.port},
          {"family", net::to_string(target.remote.family())},
          {"name", target.host},
          {"priority", target.priority},
          {"weight", target.weight},
          {"via", name_of(target.via)}};
}

Json query_json(const Query& query) {
  const auto& answer = query.question.answer;
  Json j = {{"name", query.question.name}, {"type", sip::to_string(query.question.type)}};
  j["status"] = answer ? name_of(answer->status) : "unanswered";
  j["records"] = answer ? count_records(*answer) : 0;
  j["ttl"] = answer ? Json(answer->ttl.count()) : Json(nullptr);
  j["ms"] = query.took ? Json(milliseconds(*query.took)) : Json(nullptr);
  return j;
}

std::string outcome_of(const Query& query) {
  const auto& answer = query.question.answer;
  if (!answer) return "no answer yet";
  const std::string source = answer->from_hosts_file     ? ", hosts file"
                             : query.question.from_cache ? ", remembered"
                             : query.took ? fmt::format(", {:.1f} ms", milliseconds(*query.took))
                                          : "";
  switch (answer->status) {
    case net::DnsAnswer::Status::found:
      return fmt::format("{} record{}, TTL {} s{}", count_records(*answer),
                         count_records(*answer) == 1 ? "" : "s", answer->ttl.count(), source);
    case net::DnsAnswer::Status::no_data:
      return "none of that type" + source;
    case net::DnsAnswer::Status::no_such_name:
      return "no such name" + source;
    case net::DnsAnswer::Status::failed:
      break;
  }
  return "failed" + source;
}

}  // namespace

Json to_json(const io::LocateOutcome& outcome) {
  Json j;
  j["targets"] = Json::array();
  for (const Target& target : outcome.targets) j["targets"].push_back(target_json(target));
  j["queries"] = Json::array();
  for (const Query& query : outcome.queries) j["queries"].push_back(query_json(query));
  return j;
}

std::string to_text(const io::LocateOutcome& outcome) {
  std::string text;
  int place = 0;
  for (const Target& target : outcome.targets) {
    text += fmt::format("{:>2}. {:<4} {:<32} {}\n", ++place, net::to_string(target.transport),
                        net::to_string(target.remote), shown(sip::explain(target)));
  }
  if (!outcome.queries.empty()) text += "asked:\n";
  for (const Query& query : outcome.queries) {
    text += fmt::format("    {:<5} {:<36} {}\n", sip::to_string(query.question.type),
                        shown(query.question.name), outcome_of(query));
  }
  if (!text.empty()) text.pop_back();
  return text;
}

Verdict verdict_on(const io::LocateOutcome& outcome, const std::string& what) {
  const auto is = [&](Errc code) {
    return outcome.error && outcome.error->code == make_error_code(code);
  };
  if (is(Errc::cancelled)) return {ExitCode::interrupted, "", ""};
  if (!outcome.targets.empty()) return {};
  std::string why = "no address";
  if (outcome.error) {
    why = outcome.error->detail.empty() ? outcome.error->code.message() : outcome.error->detail;
  }
  return {ExitCode::no_path, fmt::format("No server found for {}: {}.", what, why),
          is(Errc::no_network)
              ? "`godwit network watch` shows what the system offers."
              : "Check the name; --dns asks another server, --timeout allows more time."};
}

}  // namespace godwit::cli
