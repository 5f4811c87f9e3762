// SPDX-License-Identifier: Apache-2.0
#include "srtp_settings.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace godwit::cli {
namespace {

MediaSecurity security_named(const std::string& word) {
  if (word == "required") return MediaSecurity::required;
  if (word == "preferred") return MediaSecurity::preferred;
  return word == "off" ? MediaSecurity::off : MediaSecurity::automatic;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    words.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return words;
}

}  // namespace

void add_srtp_options(const Verb& verb, SrtpSettings& settings) {
  const std::string group = "Sound";
  verb.word({"--media-security",
             "SRTP: required, preferred, off, or automatic (the default): required where signalling "
             "goes by TLS",
             "WHEN", group},
            settings.security, {"automatic", "required", "preferred", "off"});
  verb.word({"--srtp-keying", "How keys are offered: sdes (the default) or dtls", "HOW", group},
            settings.keying, {"sdes", "dtls"});
  verb.text({"--srtp-suites", "In order of preference: AES_CM_128_HMAC_SHA1_80,...", "LIST", group},
            settings.suites);
  verb.flag({"--follow-media,!--no-follow-media",
             "Encrypted sound follows a far end that moves before its signalling tells (the default)",
             "", group},
            settings.follow);
  verb.flag({"--latch-media,!--no-latch-media",
             "Plain sound goes to where it comes from, for far ends behind a NAT", "", group},
            settings.latch);
}

void apply(const SrtpSettings& settings, AccountOptions& options) {
  options.media_security = security_named(settings.security);
  options.srtp_keying = settings.keying == "dtls" ? SrtpKeying::dtls : SrtpKeying::sdes;
  if (!settings.suites.empty()) options.srtp_suites = words_of(settings.suites);
  options.follow_media = settings.follow;
  options.latch_media = settings.latch;
}

}  // namespace godwit::cli
