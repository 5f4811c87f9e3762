// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "godwit/time.h"
#include "net/flow.h"
#include "sip/locate/target.h"

namespace godwit::sip {

/// Remembers which targets failed and which worked, on the network the host is attached to (R17).
///
/// All requests share it: what a REGISTER found dead no INVITE tries first (T55). A target that
/// failed is grey: it comes last, and is probed in the background. One that answered 503 with
/// Retry-After is barred: until then it is not to be contacted at all (RFC 3261 §21.5.4).
class FailureMemory {
 public:
  struct Key {
    net::Transport transport = net::Transport::udp;
    net::IpAddress local;  ///< from where it was tried
    net::SocketAddress remote;

    auto operator<=>(const Key&) const = default;
  };

  static constexpr std::chrono::minutes kGreyFor{10};
  static constexpr std::chrono::minutes kProvenFor{10};
  static constexpr std::chrono::seconds kProbeEvery{30};
  /// A grey target stands behind those of worse SRV priority no longer than this (T54).
  static constexpr std::chrono::seconds kHidesPriority{60};

  /// How long a target is waited for before the next one is tried as well, where nothing is known
  /// of it, and the range in which what is known moves that (RFC 8305 §5 and §8).
  static constexpr std::chrono::milliseconds kAttemptDelay{250};
  static constexpr std::chrono::milliseconds kLeastAttemptDelay{100};
  static constexpr std::chrono::seconds kMostAttemptDelay{2};

  /// See `attachment_of`. On another network nothing remembered counts, nor after coming back
  /// (T52).
  void on_attachment(std::string id);

  /// It could not be reached, did not answer, or answered 503. Without `retry_after` it is grey for
  /// `kGreyFor`; the outcome of a probe does not make that longer.
  void failed(const Key& key, TimePoint now, std::optional<std::chrono::seconds> retry_after = {});
  /// It answered: not grey any more. A bar stands until its time is over. `took`: how long it was
  /// from the start of the attempt until it was established.
  void worked(const Key& key, TimePoint now, std::optional<Duration> took = {});

  [[nodiscard]] bool is_grey(const Key& key, TimePoint now) const;  ///< failed, and not expired
  [[nodiscard]] bool is_barred(const Key& key,
                               TimePoint now) const;  ///< its Retry-After is not over
  /// Worked within `kProvenFor`, and has not failed since.
  [[nodiscard]] bool is_proven(const Key& key, TimePoint now) const;
  /// Grey, and failed within `kHidesPriority`.
  [[nodiscard]] bool hides_priority(const Key& key, TimePoint now) const;

  /// Of a target that has worked here twice the time that took; else `kAttemptDelay` (T40).
  [[nodiscard]] Duration attempt_delay(const Key& key) const;

  /// Grey ones to be asked again in the background, each at most every `kProbeEvery`; tell what
  /// came of it with `failed` or `worked`. Barred ones are left alone.
  [[nodiscard]] std::vector<Key> due_probes(TimePoint now);
  /// When a probe is due next.
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    TimePoint touched;                   // the last time anything was told of it
    std::optional<TimePoint> failed_at;  // the last failure that no probe met
    std::optional<TimePoint> grey_until;
    std::optional<TimePoint> barred_until;
    std::optional<TimePoint> worked_at;
    std::optional<Duration> took;
    std::optional<TimePoint> probe_at;
    bool probing = false;  // a probe is out: the next outcome is taken for its own
  };
  Entry& entry_of(const Key& key, TimePoint now);
  [[nodiscard]] const Entry* find(const Key& key) const;

  std::string attachment_;
  std::map<Key, Entry> entries_;
};

[[nodiscard]] FailureMemory::Key memory_key(const Target& target);

/// Targets in the order in which to try them: grey ones last, but still there (T53), and not behind
/// a worse SRV priority for longer than `kHidesPriority` (T54); among those of one SRV record and
/// family the proven first (R8); barred ones left out, unless nothing else is left.
[[nodiscard]] std::vector<Target> by_memory(std::vector<Target> targets,
                                            const FailureMemory& memory, TimePoint now);

}  // namespace godwit::sip
