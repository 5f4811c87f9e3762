// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>

#include "godwit/ids.h"
#include "godwit/options.h"

namespace godwit::ua {

/// Names accounts that may share streams; never used twice.
using FlowGroupId = StrongId<struct FlowGroupTag>;

/// Which accounts may share streams: those whose options say the same of TLS and of sockets, whether by
/// themselves or by those of the agent. Whoever chooses its source by a function shares with nobody: what
/// it answers can be asked, but not compared. Requests outside all accounts are a group of their own.
class FlowGroups {
 public:
  struct Group {
    FlowGroupId id;
    BindOptions bind;
    std::shared_ptr<const TlsOptions> tls;
  };

  explicit FlowGroups(const TransportOptions& agent);

  /// Told again when the options are others: the account may be in another group then.
  void join(AccountId account, const AccountOptions& options);
  void leave(AccountId account);
  /// Of an account that has not joined: what is outside all accounts.
  [[nodiscard]] const Group& of(AccountId account) const;
  [[nodiscard]] std::size_t size() const { return groups_.size(); }

 private:
  using Socket = std::tuple<std::string, std::string, std::uint8_t, std::string, std::string>;
  using Tls = std::tuple<std::string, std::string, std::string, bool, bool, std::string>;
  using Likeness = std::tuple<Socket, Tls, AccountId>;  // the account: one that shares with nobody
  struct Shared {
    Group group;
    std::size_t members = 0;
  };
  using Groups = std::map<Likeness, Shared>;
  [[nodiscard]] static Likeness likeness_of(AccountId account, const BindOptions& bind, bool own,
                                            const TlsOptions& tls);

  Group outside_;
  Groups groups_;
  std::map<AccountId, Groups::iterator> members_;
  std::uint64_t last_id_ = 0;
};

}  // namespace godwit::ua
