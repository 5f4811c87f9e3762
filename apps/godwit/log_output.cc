// SPDX-License-Identifier: Apache-2.0
#include "log_output.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <array>

#include "shown_text.h"

namespace godwit::cli {
namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::error:
      return spdlog::level::err;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::trace:
      return spdlog::level::trace;
  }
  return spdlog::level::off;
}

std::string text_of(const LogRecord& record) {
  const std::string subject = record.subject.empty() ? "" : " " + shown(record.subject);
  return fmt::format("{}{}: {}", record.component, subject, shown(record.message));
}

}  // namespace

LogSink make_log_sink(LogLevel least, Output& output) {
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_st>(
      output.color_on_stderr() ? spdlog::color_mode::always : spdlog::color_mode::never);
  auto logger = std::make_shared<spdlog::logger>("godwit", sink);
  logger->set_pattern("%H:%M:%S.%e  %^%-7l%$ %v");
  logger->set_level(to_spdlog(least));
  return [logger, &output](const LogRecord& record) {
    output.beside_status([&] { logger->log(to_spdlog(record.level), text_of(record)); });
  };
}

Result<LogLevel> parse_log_level(std::string_view text) {
  for (const LogLevel level :
       {LogLevel::error, LogLevel::warning, LogLevel::info, LogLevel::debug, LogLevel::trace}) {
    if (text == to_string(level)) return level;
  }
  return fail(Errc::invalid_argument,
              fmt::format("--log {}: error, warning, info, debug or trace", text));
}

}  // namespace godwit::cli
