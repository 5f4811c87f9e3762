// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "godwit/error.h"
#include "godwit/time.h"
#include "net/dns_record.h"
#include "sip/locate/dns_question.h"
#include "sip/locate/locate_policy.h"
#include "sip/locate/naptr_choice.h"
#include "sip/locate/next_hop.h"
#include "sip/locate/target.h"

namespace godwit::sip {

/// Goes from one next hop to the names and addresses that serve it (RFC 3263 §4, RFC 7984): asks
/// for NAPTR, SRV and address records together, and says at any moment what the answers so far come
/// to.
///
/// Knows nothing of routes: which addresses can be reached, and in which order those of one name
/// are tried, is decided on its groups.
class TargetSearch {
 public:
  /// One question for the addresses of a name.
  struct Lookup {
    std::vector<net::IpAddress> addresses;  ///< without those that nobody can mean (R10)
    bool open = false;                      ///< an answer may still come
    bool awaited = false;                   ///< and nothing is known in its place meanwhile
    TimePoint asked_at{};
    TimePoint answered_at{};
  };
  /// A name, and how to talk to what is there.
  struct Group {
    int number =
        0;  ///< ascending in the order of the list, with gaps; the same as long as it stands
    net::Transport transport = net::Transport::udp;
    std::string host;
    std::uint16_t port = 0;
    std::uint16_t priority = 0;
    std::uint16_t weight = 0;
    Target::Via via = Target::Via::address_record;
    bool pending =
        false;  ///< a place kept for what an answer may bring; nothing else is true of it
    Lookup v6;
    Lookup v4;
  };
  enum class Source {
    dns,
    cache,
    kept,  ///< learnt on another network: serves until DNS has answered
  };
  /// One question and what came of it.
  struct Asked {
    DnsQuestion question;
    std::optional<net::DnsAnswer> answer;
    Source from = Source::dns;
  };

  /// A question without an answer is over after this.
  static constexpr std::chrono::seconds kQuestionLimit{5};
  /// How long NAPTR is waited for once there is something to go on with (T25).
  static constexpr std::chrono::milliseconds kPointerPatience{500};
  /// The same for SRV: going on without it may lead to the wrong host.
  static constexpr std::chrono::milliseconds kServicePatience{2000};

  TargetSearch(NextHop hop, const LocatePolicy& policy, Random& random, TimePoint now);

  /// Questions to be asked, AAAA before A; each once.
  [[nodiscard]] std::vector<DnsQuestion> take_questions();
  /// @return whether this search has asked it.
  bool on_answer(const DnsQuestion& question, const net::DnsAnswer& answer, Source from,
                 TimePoint now);
  /// Everything is asked again; what is known serves until then.
  void on_network(TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

  /// Best first.
  [[nodiscard]] const std::vector<Group>& groups() const { return groups_; }
  /// No answer will change the groups any more.
  [[nodiscard]] bool is_over() const;
  /// Why there cannot be a group, whatever is asked.
  [[nodiscard]] std::optional<Error> refusal() const;
  /// In the order asked.
  [[nodiscard]] std::vector<Asked> questions() const;
  [[nodiscard]] const NextHop& hop() const { return hop_; }

 private:
  struct Record {
    DnsQuestion question;
    TimePoint asked_at{};
    TimePoint answered_at{};
    std::optional<net::DnsAnswer> answer;
    std::vector<net::SrvRecord> drawn;  // the services of the answer, in order
    Source from = Source::dns;
    bool asking = true;
    bool awaited = true;  // false: an old answer, or what others said, serves meanwhile
    bool closed = false;  // waited for too long: what comes late is not used

    [[nodiscard]] bool is_awaited() const { return asking && awaited && !closed && !answer; }
    [[nodiscard]] bool is_found() const {
      return !closed && answer && answer->status == net::DnsAnswer::Status::found;
    }
  };

  void build(TimePoint now);
  void ask_in_parallel(TimePoint now);
  bool build_by_pointers(TimePoint now);
  bool build_by_services(TimePoint now);
  void add_literal();
  void add_hop_itself(TimePoint now);
  void add_services(const ServicePointer& pointer, Target::Via via, std::size_t place,
                    TimePoint now);
  void add_group(Group group, TimePoint now);
  void add_pending(net::Transport transport, int number);
  void stay_secure();

  Record& ask(const std::string& name, net::DnsType type, TimePoint now);
  [[nodiscard]] Lookup look_up(const std::string& name, net::DnsType type, TimePoint now);
  [[nodiscard]] const Record* find(const std::string& name, net::DnsType type) const;
  [[nodiscard]] bool is_asked(const std::string& name) const;
  [[nodiscard]] bool may_ask(net::DnsType type) const;
  [[nodiscard]] bool is_in_hosts_file() const;
  [[nodiscard]] bool leads_anywhere() const;
  [[nodiscard]] bool has_addresses() const;
  [[nodiscard]] std::optional<TimePoint> something_came_at() const;
  [[nodiscard]] std::optional<TimePoint> deadline_of(const Record& record) const;

  NextHop hop_;
  LocatePolicy policy_;
  Random& random_;
  std::optional<net::IpAddress> literal_;
  std::vector<net::Transport> transports_;
  std::set<net::Transport> absent_;  // by an SRV record that says so
  // The hosts file answers in the turn it is asked: only after that turn DNS is asked for services.
  std::optional<TimePoint> waits_for_hosts_file_;
  std::deque<Record> records_;  // references stay good
  std::vector<DnsQuestion> to_ask_;
  std::vector<Group> groups_;
  std::size_t hosts_open_ = 0;  // of the groups, while they are built
  std::size_t addresses_found_ = 0;
};

}  // namespace godwit::sip
