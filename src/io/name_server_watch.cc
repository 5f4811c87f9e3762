// SPDX-License-Identifier: Apache-2.0
#include "io/name_server_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

namespace godwit::io {
namespace {

// Of a folder: the file in it is written anew, put in the place of another, or linked elsewhere.
constexpr std::uint32_t kInFolder = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE;

bool all_on_this_host(const std::vector<net::NameServer>& servers) {
  return std::all_of(servers.begin(), servers.end(),
                     [](const auto& server) { return server.address.is_loopback(); });
}

}  // namespace

NameServerWatch::NameServerWatch(Loop& loop, Hint hint, NameServerFiles files)
    : files_(std::move(files)),
      hint_(std::move(hint)),
      resolv_conf_(files_.resolv_conf),
      behind_(files_.behind_this_host) {
  told_ = current();
  if (!hint_) return;
  inotify_ = FileDescriptor(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (inotify_.get() < 0) return;
  watch_files();
  if (auto watch = FdWatch::start(loop, inotify_.get(), [this] { on_ready(); })) {
    watch_.emplace(std::move(*watch));
  }
}

const std::vector<net::NameServer>& NameServerWatch::current() {
  if (const auto text = resolv_conf_.read_if_changed()) named_ = net::parse_resolv_conf(*text);
  if (const auto text = behind_.read_if_changed()) named_behind_ = net::parse_resolv_conf(*text);
  const bool behind = all_on_this_host(named_) && !named_behind_.empty();
  const auto& servers = behind ? named_behind_ : named_;
  if (!servers.empty()) known_ = servers;
  return known_;
}

// The folders, for files are replaced rather than written; the file itself, for it may be mounted
// from another folder; where a link leads, for that is what is written. Watched twice is watched once.
void NameServerWatch::watch_files() {
  std::error_code unresolved;
  watch_file(files_.resolv_conf);
  watch_file(std::filesystem::canonical(files_.resolv_conf, unresolved).string());
  watch_file(files_.behind_this_host);
}

void NameServerWatch::watch_file(const std::string& path) {
  if (path.empty()) return;
  const auto folder = std::filesystem::path(path).parent_path().string();
  ::inotify_add_watch(inotify_.get(), folder.c_str(), kInFolder);
  ::inotify_add_watch(inotify_.get(), path.c_str(), IN_CLOSE_WRITE);
}

void NameServerWatch::on_ready() {
  // Whatever happened, the files are looked at: what each message says is not needed.
  alignas(inotify_event) std::array<char, 4096> messages{};
  while (::read(inotify_.get(), messages.data(), messages.size()) > 0) {
  }
  watch_files();
  if (current() == told_) return;
  told_ = known_;
  hint_();
}

}  // namespace godwit::io
