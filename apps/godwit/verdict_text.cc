// SPDX-License-Identifier: Apache-2.0
#include "verdict_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "shown_text.h"

namespace godwit::cli {
namespace {

using Kind = sip::Verdict::Kind;

std::string warning_text(const sip::Remark& remark) {
  return fmt::format("{}: {} at byte {}", remark.field, remark.text, remark.at);
}

std::string warning_text(const sdp::Warning& warning) {
  return fmt::format("{} at byte {}", warning.text, warning.at);
}

/// "request INVITE", "response 200".
std::string what_it_is(const sip::Verdict& verdict) {
  switch (verdict.kind) {
    case Kind::request:
      return "request " + verdict.method;
    case Kind::response:
      return verdict.status ? fmt::format("response {}", *verdict.status) : "response";
    case Kind::neither:
      break;
  }
  return "no message";
}

template <class Warnings>
std::string warnings_line(const Warnings& warnings) {
  std::string line;
  for (const auto& warning : warnings) line += "; warning: " + warning_text(warning);
  return line;
}

template <class Warnings>
Json warnings_json(const Warnings& warnings) {
  Json list = Json::array();
  for (const auto& warning : warnings) list.push_back(warning_text(warning));
  return list;
}

}  // namespace

std::string to_line(const sip::Verdict& verdict) {
  std::string line = verdict.valid ? "valid " : "invalid ";
  line += what_it_is(verdict) + ": ";
  if (verdict.error) {
    const auto& [kind, field, fault] = *verdict.error;
    line += fmt::format("{}: {} at byte {}; ", field, fault.what, fault.at);
  }
  const auto& answer = verdict.answer;
  line += answer.status ? fmt::format("answer {}, {}", *answer.status, answer.reason)
                        : "no answer, " + answer.reason;
  return shown(line + warnings_line(verdict.warnings));
}

Json to_json(const sip::Verdict& verdict) {
  Json j;
  j["valid"] = verdict.valid;
  switch (verdict.kind) {
    case Kind::request:
      j["kind"] = "request";
      j["method"] = verdict.method;
      break;
    case Kind::response:
      j["kind"] = "response";
      j["status"] = verdict.status ? Json(*verdict.status) : Json(nullptr);
      break;
    case Kind::neither:
      j["kind"] = nullptr;
      break;
  }
  j["error"] = nullptr;
  if (verdict.error) {
    const auto& [kind, field, fault] = *verdict.error;
    j["error"] = Json{{"field", field}, {"offset", fault.at}, {"reason", fault.what}};
  }
  j["answer"] = verdict.answer.status ? Json(*verdict.answer.status) : Json(nullptr);
  j["reason"] = verdict.answer.reason;
  j["warnings"] = warnings_json(verdict.warnings);
  return j;
}

std::string to_line(const sdp::Inspection& inspection) {
  std::string line = inspection.fault ? "invalid sdp" : "valid sdp";
  if (inspection.fault) {
    const auto& [field, fault, number] = *inspection.fault;
    line += fmt::format(": line {}: {} {} at byte {}", number, field, fault.what, fault.at);
  }
  return shown(line + warnings_line(inspection.warnings));
}

Json to_json(const sdp::Inspection& inspection) {
  Json j;
  j["valid"] = !inspection.fault;
  j["kind"] = "sdp";
  j["error"] = nullptr;
  if (inspection.fault) {
    const auto& [field, fault, number] = *inspection.fault;
    j["error"] =
        Json{{"field", field}, {"offset", fault.at}, {"line", number}, {"reason", fault.what}};
  }
  j["warnings"] = warnings_json(inspection.warnings);
  return j;
}

}  // namespace godwit::cli
