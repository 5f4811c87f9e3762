// SPDX-License-Identifier: Apache-2.0
#include "script_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "nearest_word.h"

namespace godwit::cli {
namespace {

enum class Kind { text, number, truth, name, names, texts };

struct Field {
  std::string name;
  Kind kind = Kind::text;
  bool required = false;
};

using Grammar = std::map<std::string, std::vector<Field>>;

const Field kCall{"call", Kind::name, false};

const Grammar& grammar() {
  static const Grammar commands = {
      {"dial",
       {{"target", Kind::text, true},
        {"play"},
        {"loop", Kind::truth},
        {"record"},
        {"timeout", Kind::number},
        {"anonymous", Kind::truth}}},
      {"answer", {kCall, {"play"}, {"loop", Kind::truth}, {"record"}}},
      {"decline", {kCall, {"status", Kind::number}}},
      {"progress", {kCall, {"status", Kind::number}, {"play"}, {"loop", Kind::truth}}},
      {"redirect", {kCall, {"targets", Kind::texts, true}}},
      {"hang_up", {kCall}},
      {"hold", {kCall}},
      {"resume", {kCall}},
      {"mute", {kCall}},
      {"unmute", {kCall}},
      {"digits", {kCall, {"digits", Kind::text, true}, {"ms", Kind::number}, {"method"}}},
      {"transfer", {kCall, {"target", Kind::text, true}}},
      {"transfer_to", {kCall, {"other", Kind::name, true}}},
      {"play", {kCall, {"what", Kind::text, true}, {"loop", Kind::truth}}},
      {"record", {kCall, {"file", Kind::text, true}, {"tracks"}}},
      {"stop_recording", {kCall}},
      {"conference", {{"calls", Kind::names, true}, {"conference", Kind::number}}},
      {"leave", {kCall}},
      {"close_conference", {{"conference", Kind::number, true}}},
      {"message", {kCall, {"target"}, {"text", Kind::text, true}, {"content_type"}}},
      {"info", {kCall, {"text", Kind::text, true}, {"content_type", Kind::text, true}}},
      {"subscribe",
       {{"target", Kind::text, true}, {"package", Kind::text, true}, {"expires", Kind::number}}},
      {"unsubscribe", {{"subscription", Kind::number, true}}},
      {"show", {{"call", Kind::name}}},
      {"wait", {kCall, {"for"}, {"timeout", Kind::number}, {"seconds", Kind::number}}},
      {"quit", {}},
  };
  return commands;
}

bool is_name(const Json& value) {
  return value.is_string() || value.is_number_unsigned();
}

bool all_are(const Json& value, bool (*is)(const Json&)) {
  return value.is_array() && !value.empty() && std::all_of(value.begin(), value.end(), is);
}

bool fits(const Json& value, Kind kind) {
  switch (kind) {
    case Kind::text:
      return value.is_string();
    case Kind::number:
      return value.is_number();
    case Kind::truth:
      return value.is_boolean();
    case Kind::name:
      return is_name(value);
    case Kind::names:
      return all_are(value, is_name);
    case Kind::texts:
      return all_are(value, [](const Json& one) { return one.is_string(); });
  }
  return false;
}

std::string_view kind_text(Kind kind) {
  switch (kind) {
    case Kind::text:
      return "a text";
    case Kind::number:
      return "a number";
    case Kind::truth:
      return "true or false";
    case Kind::name:
      return "a call's number, or the id of the command that made it";
    case Kind::names:
      return "a list of calls";
    case Kind::texts:
      return "a list of texts";
  }
  return "";
}

std::string what_is_wrong(const std::string& does, const std::vector<Field>& known,
                          const Json& given) {
  std::vector<std::string> names;
  for (const Field& field : known) names.push_back(field.name);
  for (const auto& [name, value] : given.items()) {
    const auto it = std::find_if(known.begin(), known.end(),
                                 [&n = name](const Field& field) { return field.name == n; });
    if (it == known.end()) {
      return fmt::format("{} has no \"{}\"{}", does, name, hint(name, names));
    }
    if (!fits(value, it->kind)) return fmt::format("{}: {} wanted", name, kind_text(it->kind));
  }
  for (const Field& field : known) {
    if (field.required && !given.contains(field.name)) {
      return fmt::format("{} wants \"{}\"", does, field.name);
    }
  }
  return {};
}

}  // namespace

bool ScriptCommand::has(const std::string& name) const {
  return fields.contains(name);
}

std::string ScriptCommand::text(const std::string& name) const {
  return has(name) && fields[name].is_string() ? fields[name].get<std::string>() : "";
}

double ScriptCommand::number(const std::string& name) const {
  return has(name) && fields[name].is_number() ? fields[name].get<double>() : 0;
}

bool ScriptCommand::truth(const std::string& name) const {
  return has(name) && fields[name].is_boolean() && fields[name].get<bool>();
}

tl::expected<ScriptCommand, ScriptError> parse_script_command(std::string_view line) {
  const auto wrong = [](std::string why, Json id) {
    return tl::unexpected<ScriptError>(ScriptError{std::move(why), std::move(id)});
  };
  Json object;
  try {
    object = Json::parse(line);
  } catch (const Json::parse_error& error) {
    return wrong(fmt::format("not JSON, at byte {}", error.byte), nullptr);
  }
  if (!object.is_object()) return wrong("not a JSON object", nullptr);
  ScriptCommand command;
  if (object.contains("id")) command.id = object["id"];
  if (!command.id.is_null() && !is_name(command.id)) {
    return wrong("id: a text or a number wanted", nullptr);
  }
  if (!object.contains("do") || !object["do"].is_string()) {
    return wrong("\"do\" is missing: it says what is to be done", command.id);
  }
  command.does = object["do"].get<std::string>();
  object.erase("id");
  object.erase("do");
  const auto known = grammar().find(command.does);
  if (known == grammar().end()) {
    return wrong(fmt::format("{}: there is no such command{}", command.does,
                             hint(command.does, script_commands())),
                 command.id);
  }
  const std::string error = what_is_wrong(command.does, known->second, object);
  if (!error.empty()) return wrong(error, command.id);
  command.fields = std::move(object);
  return command;
}

const std::vector<std::string>& script_commands() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& [name, fields] : grammar()) all.push_back(name);
    return all;
  }();
  return names;
}

std::vector<std::string> LineCutter::on_bytes(std::string_view bytes) {
  std::vector<std::string> lines;
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const bool complete = end != std::string_view::npos;
    if (!passing_over_) line_ += bytes.substr(0, end);
    bytes.remove_prefix(complete ? end + 1 : bytes.size());
    if (line_.size() > kLongestLine) {
      lines.push_back(line_.substr(0, kLongestLine));
      line_.clear();
      passing_over_ = !complete;
    } else if (complete) {
      if (!passing_over_) lines.push_back(std::move(line_));
      line_.clear();
      passing_over_ = false;
    }
  }
  return lines;
}

std::string LineCutter::rest() {
  passing_over_ = false;
  return std::exchange(line_, {});
}

}  // namespace godwit::cli
