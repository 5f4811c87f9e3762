// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <span>
#include <string_view>

#include "support/sim_server.h"
#include "support/sim_world.h"

namespace godwit::test {

/// Something that goes wrong in signalling while Alice moves.
struct Trouble {
  /// Whose messages it is about.
  enum class Of {
    registers,  ///< her REGISTERs
    refreshes,  ///< UPDATEs and INVITEs within a dialog, whoever sends them
    updates,    ///< UPDATEs
    answers,    ///< final answers to UPDATE and to INVITE within a dialog
    all,
  };
  enum class Way {
    messages,      ///< `fate` for those that `of` names
    black_hole,    ///< nothing passes to or from the server
    refused,       ///< the router says that the server cannot be reached (ICMP)
  };
  std::string_view name;
  Of of = Of::all;
  Fate fate{};
  int times = 0;       ///< so many messages; 0: all, for as long as it lasts
  Duration lasts{};    ///< from the change on; 0: until `times` is reached or the call is over
  Way way = Way::messages;
  bool may_end_calls = false;  ///< a call may end of it: with 481 the peer says that it has
  /// More than the 3 s in which a call that stood still has to be heard: 491 is waited for 4 s at most (RFC
  /// 3261 section 14.1), a SYN that a hole has swallowed comes again after 4 s, the third try of a
  /// connection comes 3.5 s after the second.
  Duration patience{};
  /// Until the binding is renewed: who is not answered on a stream waits for 64*T1 (RFC 3261 section
  /// 17.1.2.2) each time, and then for its next try (RFC 5626 section 4.5).
  Duration binding_patience = std::chrono::seconds{3};
  /// Refused with 400 or 403 it registers without removing the old binding, which runs out by itself.
  bool leaves_old_binding = false;
};
inline void PrintTo(const Trouble& trouble, std::ostream* out) {
  *out << trouble.name;
}
[[nodiscard]] std::span<const Trouble> troubles();

/// Makes one trouble at a time in a world.
class TroubleMaker {
 public:
  explicit TroubleMaker(SimWorld& world) : world_(world) {}
  ~TroubleMaker() { end(); }
  TroubleMaker(const TroubleMaker&) = delete;
  TroubleMaker& operator=(const TroubleMaker&) = delete;

  void begin(const Trouble& trouble);
  void end();
  [[nodiscard]] bool is_over() const { return trouble_ == nullptr; }
  /// When it last did something, with any Retry-After that it said.
  [[nodiscard]] TimePoint last_harm() const { return last_harm_; }
  [[nodiscard]] int times() const { return times_; }

 private:
  Fate judge(const sip::Message& message);
  [[nodiscard]] bool concerns(const sip::Message& message) const;
  void close_the_way(const Trouble& trouble);

  SimWorld& world_;
  const Trouble* trouble_ = nullptr;
  int times_ = 0;
  std::uint64_t number_ = 0;  // of this trouble: what was arranged for an older one is void
  TimePoint last_harm_{};
};

}  // namespace godwit::test
