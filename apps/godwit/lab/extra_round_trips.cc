// SPDX-License-Identifier: Apache-2.0
#include "lab/extra_round_trips.h"

#include <fmt/format.h>

namespace godwit::lab {
namespace {

std::string count_of(int count, const char* one, const char* many) {
  return count == 1 ? fmt::format("one {}", one) : fmt::format("{} {}", count, many);
}

std::string least(const ChangeMark& mark) {
  if (mark.kind == "make") {
    return "Both networks worked: the old one carried the call until the new one did, so nobody "
           "waited.";
  }
  // By a NAT64.
  const bool translated = !mark.outside.is_unspecified() && mark.outside.is_v4() && !mark.to.is_v4();
  if (mark.from.family() != mark.to.family() && !translated) {
    return "The new network speaks another IP family: there was no address to send to until the "
           "answer told one, "
           "one round trip to the peer for what comes in, half of one more for what goes out.";
  }
  return "The least there is: one round trip to the peer, for it has to be told where to send.";
}

}  // namespace

std::vector<std::string> explain_round_trips(const std::string& transport, const ChangeMark& mark,
                                             const ChangeFigures& figures,
                                             const std::optional<nlohmann::json>& told) {
  std::vector<std::string> lines;
  if (figures.refreshes > 0) lines.push_back(least(mark));
  if (figures.refreshes > 0 && transport != "udp" && mark.from != mark.to) {
    lines.emplace_back(
        transport == "tls"
            ? "Before that a connection was opened: two round trips to the server, one for TCP, "
              "one for TLS."
            : "Before that a connection was opened: one round trip to the server, for TCP.");
  }
  if (figures.refreshes > 0 && !mark.outside.is_unspecified()) {
    if (mark.from == mark.to) {
      lines.emplace_back("Nothing on this machine told of it: the answer to a keep-alive did.");
    }
    if (!mark.to.is_v4()) {
      lines.emplace_back("Before that one round trip to the DNS server, which knows the prefix of the NAT64.");
    }
    lines.emplace_back("Before that one round trip to the STUN server, which says what the NAT makes "
                       "of our sound.");
  }
  if (figures.refreshes == 0 && figures.redials == 0) {
    lines.emplace_back("Nothing had to be told to the peer: no round trip.");
  }
  if (figures.registers_challenged > 0) {
    lines.push_back(
        fmt::format("The registrar challenged {}: a round trip each before the binding moved; "
                    "the call's refresh does not wait for it.",
                    count_of(figures.registers_challenged, "REGISTER", "REGISTERs")));
  }
  if (told && told->contains("retry_reasons")) {
    for (const auto& reason : (*told)["retry_reasons"]) {
      if (reason.is_string())
        lines.push_back("The refresh was sent again: " + reason.get<std::string>() + ".");
    }
  }
  if (figures.redials > 0) {
    lines.push_back(fmt::format(
        "The peer could not be refreshed where it can be reached: {} in place of the old one.",
        count_of(figures.redials, "call was dialled", "calls were dialled")));
  }
  return lines;
}

}  // namespace godwit::lab
