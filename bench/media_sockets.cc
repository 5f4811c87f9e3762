// SPDX-License-Identifier: Apache-2.0
// What sockets cost the sound of calls: N streams of PCMU, 20 ms each way, through loopback, with
// the far ends in a second process, and what others need for the same. bench/media runs it.
//   media_sockets [--streams N] [--seconds N] [--srtp SUITE] [--only godwit|parts|rtpengine|baresip]
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "baresip_peer.h"
#include "media_parts.h"
#include "media_side.h"
#include "relay_peer.h"

namespace {

using bench::StreamCount;
using bench::StreamOptions;

struct Settings {
  StreamOptions streams;
  std::string only;
};

double busy(const StreamCount& count) {
  return count.user_s + count.system_s;
}

/// What 20 ms of one stream take, a packet each way, in microseconds of processor time. By the packets
/// that left: where the machine has other work, some of them are not due any more when their turn comes.
double per_frame(double processor_s, const StreamCount& count) {
  return 1e6 * processor_s / static_cast<double>(std::max<std::uint64_t>(count.timed_sent, 1));
}

void print(const char* name, const StreamCount& count, const StreamOptions& options) {
  const double each = per_frame(busy(count), count);
  const double wanted = 50.0 * options.streams * options.seconds;
  std::printf(
      "%-10s %5.1f %% of a core, %.1f %% of the packets in time; %.2f us for 20 ms each way (user "
      "%.2f, kernel %.2f): %.0f streams a core\n",
      name, 100 * busy(count) / options.seconds,
      100 * static_cast<double>(count.timed_sent) / wanted, each, per_frame(count.user_s, count),
      per_frame(count.system_s, count), 20'000 / each);
}

/// @return whether every packet that was sent was heard
bool print_packets(const char* way, const StreamCount& from, const StreamCount& to) {
  const auto n = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  std::printf("%-10s %llu sent, %llu heard, %llu missing by number, %llu not taken\n", way,
              n(from.sent), n(to.received), n(to.lost), n(to.dropped));
  return from.sent == to.received;
}

struct Measured {
  double us = 0;  ///< for 20 ms each way
  bool all_heard = true;
};

Measured measure_godwit(const StreamOptions& options) {
  std::printf("godwit, %u streams of PCMU, 20 ms each way, %s, %u s\n", options.streams,
              options.srtp ? std::string(name_of(*options.srtp)).c_str() : "plain", options.seconds);
  const auto both = bench::talk(options);
  print("here", both.here, options);
  print("far ends", both.far, options);
  const bool there = print_packets("there", both.here, both.far);
  const bool back = print_packets("back", both.far, both.here);
  std::printf("%-10s %llu datagrams thrown away\n", "kernel",
              static_cast<unsigned long long>(both.kernel_drops));
  std::fflush(stdout);
  return {per_frame(busy(both.here), both.here), there && back};
}

// A packet each way, 50 times a second.
void print_parts(const StreamOptions& options, std::optional<double> each) {
  std::printf("\nwhere it goes, each part by itself, us for 20 ms each way\n");
  double known = 0;
  for (const auto& part : bench::measure_parts(options)) {
    std::printf("%-44s %6.2f\n", part.name.c_str(), part.us);
    known += part.us;
  }
  if (each) {
    std::printf("%-44s %6.2f\n", "the rest: loop, timers, sessions, statistics", *each - known);
  }
  std::fflush(stdout);
}

void compare(const char* name, std::optional<double> theirs, std::optional<double> ours) {
  if (!theirs) {
    std::printf("%-34s left out: not installed, or it did not work\n", name);
    return;
  }
  std::printf("%-34s %7.2f us for 20 ms", name, *theirs);
  if (ours) std::printf("; ours : theirs = %.2f", *ours / *theirs);
  std::printf("\n");
  std::fflush(stdout);
}

bool measure_all(const Settings& settings) {
  const StreamOptions& options = settings.streams;
  const auto wanted = [&](std::string_view what) {
    return settings.only.empty() || settings.only == what;
  };
  bool all_heard = true;
  std::optional<double> ours;
  if (wanted("godwit")) {
    const Measured measured = measure_godwit(options);
    all_heard = measured.all_heard;
    ours = measured.us;
  }
  if (wanted("parts")) print_parts(options, ours);
  if (wanted("rtpengine") || wanted("baresip")) std::printf("\n");
  if (wanted("rtpengine")) {
    compare("rtpengine relays a packet", bench::measure_relay(options), ours);
  }
  if (wanted("baresip")) compare("baresip has a call", bench::measure_baresip(options.seconds), ours);
  return all_heard;
}

std::optional<Settings> read_settings(int count, char** arguments) {
  Settings settings;
  const auto number = [](std::string_view text, unsigned& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && value > 0;
  };
  for (int i = 1; i < count; i += 2) {
    if (i + 1 == count) return std::nullopt;
    const std::string_view name = arguments[i];
    const std::string_view value = arguments[i + 1];
    bool good = false;
    if (name == "--streams") good = number(value, settings.streams.streams);
    if (name == "--seconds") good = number(value, settings.streams.seconds);
    if (name == "--srtp") {
      settings.streams.srtp = godwit::srtp::suite_named(value);
      good = settings.streams.srtp.has_value();
    }
    if (name == "--only") {
      settings.only = value;
      good = value == "godwit" || value == "parts" || value == "rtpengine" || value == "baresip";
    }
    if (!good) return std::nullopt;
  }
  return settings;
}

}  // namespace

int main(int count, char** arguments) {
  const auto settings = read_settings(count, arguments);
  if (!settings) {
    std::fputs(
        "usage: media_sockets [--streams N] [--seconds N] [--srtp SUITE] "
        "[--only godwit|parts|rtpengine|baresip]\n",
        stderr);
    return 2;
  }
  return measure_all(*settings) ? 0 : 1;
}
