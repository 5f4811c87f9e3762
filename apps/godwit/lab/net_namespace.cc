// SPDX-License-Identifier: Apache-2.0
#include "lab/net_namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <charconv>
#include <filesystem>
#include <optional>
#include <thread>

#include "lab/system_error.h"

namespace godwit::lab {
namespace {

constexpr const char* kFolder = "/run/netns";
constexpr std::string_view kPrefix = "godwit-";

std::string path_of(const std::string& name) {
  return std::string(kFolder) + "/" + name;
}

// The folder is made a shared mount, as ip-netns(8) does, so that removal reaches other mount
// namespaces too.
Result<void> prepare_folder() {
  ::mkdir(kFolder, 0755);
  if (::mount("", kFolder, "none", MS_SHARED | MS_REC, nullptr) == 0) return {};
  if (errno != EINVAL) return system_failure("share /run/netns");
  if (::mount(kFolder, kFolder, "none", MS_BIND | MS_REC, nullptr) != 0) {
    return system_failure("mount /run/netns");
  }
  if (::mount("", kFolder, "none", MS_SHARED | MS_REC, nullptr) != 0) {
    return system_failure("share /run/netns");
  }
  return {};
}

Result<void> on_thread(const std::function<Result<void>()>& work) {
  Result<void> result;
  std::thread([&] { result = work(); }).join();
  return result;
}

Result<void> bind_new_namespace(const std::string& path) {
  if (::unshare(CLONE_NEWNET) != 0) return system_failure("make a network namespace");
  UniqueFd(::open(path.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0));
  if (::mount("/proc/thread-self/ns/net", path.c_str(), "none", MS_BIND, nullptr) != 0) {
    const int error = errno;
    ::unlink(path.c_str());
    return system_failure("name a network namespace in " + path, error);
  }
  return {};
}

void unbind(const std::string& name) {
  const std::string path = path_of(name);
  ::umount2(path.c_str(), MNT_DETACH);
  ::unlink(path.c_str());
}

}  // namespace

Result<NetNamespace> NetNamespace::create(std::string name) {
  if (auto ready = prepare_folder(); !ready) return tl::unexpected(ready.error());
  const std::string path = path_of(name);
  if (auto made = on_thread([&] { return bind_new_namespace(path); }); !made) {
    return tl::unexpected(made.error());
  }
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return system_failure("open " + path);
  return NetNamespace(std::move(name), std::move(fd));
}

NetNamespace& NetNamespace::operator=(NetNamespace&& other) noexcept {
  if (this != &other) {
    remove();
    name_ = std::move(other.name_);
    fd_ = std::move(other.fd_);
  }
  return *this;
}

NetNamespace::~NetNamespace() {
  remove();
}

void NetNamespace::remove() {
  if (!fd_.valid()) return;
  unbind(name_);
  fd_.close();
}

Result<void> NetNamespace::inside(const std::function<Result<void>()>& work) const {
  return on_thread([&]() -> Result<void> {
    if (::setns(fd_.get(), CLONE_NEWNET) != 0) return system_failure("enter namespace " + name_);
    return work();
  });
}

std::string namespace_name(const std::string& part) {
  return std::string(kPrefix) + std::to_string(::getpid()) + "-" + part;
}

int owner_of_namespace(const std::string& name) {
  if (!name.starts_with(kPrefix)) return 0;
  int pid = 0;
  const char* const end = name.data() + name.size();
  const auto [rest, ec] = std::from_chars(name.data() + kPrefix.size(), end, pid);
  return ec == std::errc{} && rest != end && *rest == '-' ? pid : 0;
}

void sweep_dead_namespaces() {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder, ignored)) {
    const std::string name = entry.path().filename();
    const int pid = owner_of_namespace(name);
    if (pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH) unbind(name);
  }
}

}  // namespace godwit::lab
