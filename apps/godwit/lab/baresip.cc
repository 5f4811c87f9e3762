// SPDX-License-Identifier: Apache-2.0
#include "lab/baresip.h"

#include <algorithm>
#include <filesystem>

#include "lab/attachment.h"
#include "lab/system_error.h"

namespace godwit::lab {
namespace {

std::string folder_of(const RunFiles& files) {
  return std::filesystem::absolute(files.path("baresip"));
}

// aubridge with no counterpart swallows what is played, in real time: no sound card is needed.
std::string config_text(const RunFiles& files) {
  const std::string said = std::filesystem::absolute(files.said_by_b());
  return R"(poll_method epoll
sip_trans_bsize 128
call_local_timeout 120
call_max_calls 4
audio_player aubridge,nowhere
audio_alert aubridge,nowhere
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
audio_level no
rtp_tos 184
rtcp_mux no
jitter_buffer_delay 2-10
rtp_stats no
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module srtp.so
module dtls_srtp.so
module_tmp account.so
module_app menu.so
)" + ("audio_source aufile," + said) +
         "\nsnd_path " + folder_of(files) + "\n";
}

/// Its words for protection that it takes and offers; empty: none.
std::string encryption_of(const std::string& media) {
  if (media == "sdes") return ";mediaenc=srtp";
  if (media == "dtls") return ";mediaenc=dtls_srtp";
  return "";
}

std::string accounts_text(const std::string& media) {
  return std::string("<sip:bob@godwit.test;transport=udp>;auth_user=bob;auth_pass=") + kPasswordB +
         ";outbound=\"sip:" + kCoreV4 + ":5060;transport=udp\"" +
         ";answermode=auto;regint=300;audio_codecs=pcmu" + encryption_of(media) + "\n";
}

}  // namespace

Result<ProcessSpec> prepare_baresip(const std::string& media, const RunFiles& files,
                                    const NetNamespace& where) {
  const std::string folder = folder_of(files);
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  std::filesystem::create_directories(folder, error);
  if (error) return system_failure("make " + folder, error.value());
  for (const auto& [name, text] : {std::pair{"config", config_text(files)},
                                   {"accounts", accounts_text(media)},
                                   {"contacts", std::string()}}) {
    if (auto written = write_private(folder + "/" + name, text); !written) {
      return tl::unexpected(written.error());
    }
  }
  return ProcessSpec{
      .arguments = {"baresip", "-f", folder},
      .where = &where,
      .overlays = {{files.hosts(), "/etc/hosts"}, {files.resolver(), "/etc/resolv.conf"}},
      .output_path = files.path("b.log")};
}

Result<Samples> read_baresip_recordings(const RunFiles& files) {
  std::vector<std::string> paths;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder_of(files), ignored)) {
    // dump-<time of day>-dec.wav: what was decoded; -enc.wav is what it said.
    const std::string name = entry.path().filename();
    if (name.ends_with("-dec.wav")) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  Samples all;
  for (const std::string& path : paths) {
    auto samples = read_wav(path);
    if (!samples) return samples;
    all.insert(all.end(), samples->begin(), samples->end());
  }
  return all;
}

}  // namespace godwit::lab
