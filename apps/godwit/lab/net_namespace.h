// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "godwit/error.h"
#include "lab/unique_fd.h"

namespace godwit::lab {

/// A named network namespace, as `ip netns` shows it; gone with its owner.
class NetNamespace {
 public:
  [[nodiscard]] static Result<NetNamespace> create(std::string name);
  NetNamespace(NetNamespace&&) noexcept = default;
  NetNamespace& operator=(NetNamespace&&) noexcept;
  ~NetNamespace();

  /// Does `work` on a thread that is inside; the caller stays where it is.
  [[nodiscard]] Result<void> inside(const std::function<Result<void>()>& work) const;

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  NetNamespace(std::string name, UniqueFd fd) : name_(std::move(name)), fd_(std::move(fd)) {}
  void remove();

  std::string name_;
  UniqueFd fd_;
};

/// "godwit-1234-core": the process id tells whose it is.
[[nodiscard]] std::string namespace_name(const std::string& part);

/// Removes what labs that were killed left behind.
void sweep_dead_namespaces();

/// The process id in a lab namespace's name; 0 if it is not one of ours.
[[nodiscard]] int owner_of_namespace(const std::string& name);

}  // namespace godwit::lab
