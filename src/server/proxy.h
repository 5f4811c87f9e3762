// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "server/authenticator.h"
#include "server/flow_token.h"
#include "server/forwarded_request.h"
#include "server/own_route.h"
#include "server/path_finder.h"
#include "server/record_route.h"
#include "server/request_target.h"
#include "server/response_context.h"
#include "server/server_identity.h"
#include "server/server_options.h"
#include "sip/transaction/transaction_table.h"

namespace godwit::server {

/// A stateful, record-routing proxy (RFC 3261 §16): each request that may go on is forked to all
/// its targets in parallel, and the best answer goes back. Flows to one instance are tried one
/// after another (RFC 5626 §7).
class Proxy {
 public:
  /// What the proxy works with; all of it outlives it.
  struct Parts {
    const ServerOptions& options;
    const ServerIdentity& identity;
    Authenticator& authenticator;
    const LocationTable& locations;
    sip::TransactionTable& transactions;
    PathFinder& paths;
    const FlowTokens& tokens;
    const Gruus& gruus;
    Random& random;
  };
  explicit Proxy(Parts parts);

  /// @param own_routes  that have been taken off the request
  void on_request(const sip::RequestReceived& received, const std::vector<sip::Uri>& own_routes,
                  TimePoint now);
  void on_ack(const sip::AckReceived& received, const std::vector<sip::Uri>& own_routes,
              TimePoint now);
  void on_cancel(const sip::CancelReceived& received, TimePoint now);
  void on_response(const sip::ResponseReceived& received, TimePoint now);
  void on_client_failed(const sip::ClientFailed& failed, TimePoint now);
  /// Bindings have changed: what nobody has answered by a flow that has none any more goes by the next one.
  void on_registered(TimePoint now);
  /// A search of the path finder has ended.
  void on_path(const PathFinder::Found& found, TimePoint now);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  /// Requests being forwarded.
  [[nodiscard]] std::size_t size() const { return contexts_.size(); }

  static constexpr std::chrono::seconds kTimerC{180};  // RFC 3261 §16.6 step 11: more than 3 min
  static constexpr std::size_t kMaxContexts = 10'000;

 private:
  struct Branch {
    std::optional<sip::Message> unheard;  // for this and further targets, until somebody answers
    std::deque<Destination> targets;      // further flows to the same instance
    std::optional<net::Flow> flow;        // the one way there; none: `path` finds some
    bool reports_flow = false;            // who named the flow is told that it is gone (430)
    PathFinder::Ticket path;
    sip::ClientId client{};  // once sent
    int failure = 480;       // what it comes to when no target is left
    bool ringing = false;    // a provisional response came
    bool cancelled = false;
    std::optional<TimePoint> give_up_at;  // timer C, or the wait for the end of a cancelled one
  };
  /// Where a request came from.
  struct Origin {
    Side reached_at;
    std::string token;  // of its flow, where requests come back by that one only
    FirstHop first_hop = FirstHop::no;
  };
  struct Context {
    sip::Message request;
    Origin origin;
    std::string loop_key;
    ResponseContext responses;
    std::vector<Branch> branches;
    std::optional<TimePoint> remove_at;
  };
  struct BranchRef {
    sip::ServerId context;
    std::size_t branch = 0;
  };

  struct WaitingAck {
    sip::Message ack;
    Origin origin;
  };

  [[nodiscard]] bool is_loop(const sip::Message& request) const;
  [[nodiscard]] bool challenge(const sip::RequestReceived& received, CameBy came_by, TimePoint now);
  void reject(const sip::RequestReceived& received, const Rejection& rejection, TimePoint now);
  void fork(const sip::RequestReceived& received, const OwnRoute& route,
            const TargetChooser::Targets& targets, TimePoint now);
  [[nodiscard]] TargetChooser::Choice choose(const sip::Message& request, const OwnRoute& route,
                                             TimePoint now) const;
  [[nodiscard]] Origin origin_of(const sip::Message& request, const net::Flow& flow,
                                 TimePoint now) const;
  void start(const BranchRef& ref, TimePoint now);
  [[nodiscard]] bool start_next(const BranchRef& ref, TimePoint now);
  [[nodiscard]] PathFinder::Ticket find_path(const ForwardedRequest& forwarded,
                                             const Destination& target, TimePoint now);
  void send(const BranchRef& ref, const net::Flow& flow, TimePoint now);
  enum class Way { named, found };
  [[nodiscard]] bool prepare(sip::Message& message, const Origin& origin, const net::Flow& flow,
                             Way way) const;
  [[nodiscard]] bool try_next(const BranchRef& ref, int failure, TimePoint now);
  void on_heard(Branch& branch);

  void give_up(const BranchRef& ref, TimePoint now);
  void fail_branch(const BranchRef& ref, int status, TimePoint now);
  void apply(sip::ServerId id, ResponseContext::Step step, TimePoint now);
  void tell_flow_timer(const Context& context, sip::Message& response) const;
  void cancel_pending(Context& context, TimePoint now);
  void erase(sip::ServerId id);
  [[nodiscard]] std::vector<BranchRef> due(TimePoint now) const;
  void log(LogLevel level, const sip::Message& about, std::string message) const;

  Parts parts_;
  TargetChooser targets_;
  std::map<sip::ServerId, Context> contexts_;
  std::map<sip::ClientId, BranchRef> clients_;
  std::map<PathFinder::Ticket, BranchRef> paths_;
  std::map<PathFinder::Ticket, WaitingAck> acks_;
};

}  // namespace godwit::server
