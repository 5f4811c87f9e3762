// SPDX-License-Identifier: Apache-2.0
#include "server/proxy.h"

#include <algorithm>
#include <utility>

namespace godwit::server {
namespace {

/// How long a cancelled branch may take to end (RFC 3261 §9.1: 64*T1).
Duration cancelled_wait() {
  return sip::TimerProfile{}.timer_b();
}

/// What §16.6 step 8 puts into the branch to find loops: the fields that decide where a request
/// goes. Kept beside the request instead, because the transaction's branch is random.
std::string loop_key(const sip::Message& request) {
  std::string key(request.uri());
  key += '\n' + std::string(request.call_id()) + '\n' + request.from_tag() + '\n' +
         request.to_tag() + '\n' + to_string(request.cseq());
  return key;
}

bool is_from(const ServerIdentity& identity, const sip::Message& request) {
  const auto from = sip::parse_name_addr(request.field(sip::Field::from).value_or(""));
  return from && identity.is_own(from->uri);
}

/// RFC 5626 §4.3: requests within the dialog have to come by the flow that this one came by.
bool asks_for_flow(const sip::Message& request) {
  const auto contact = sip::parse_name_addr(request.field(sip::Field::contact).value_or(""));
  return contact && has_parameter(contact->uri.parameters, "ob");
}

bool has_reg_id(const sip::Message& registration) {
  bool found = false;
  for (const auto value : registration.values(sip::Field::contact)) {
    const auto contact = sip::parse_name_addr(value);
    found = found || (contact && sip::has_parameter(contact->parameters, "reg-id"));
  }
  return found;
}

/// The user that From names; empty when it cannot be read.
std::string from_user(const sip::Message& request) {
  const auto from = sip::parse_name_addr(request.field(sip::Field::from).value_or(""));
  return from ? from->uri.user : std::string();
}

}  // namespace

Proxy::Proxy(Parts parts)
    : parts_(parts), targets_(parts.identity, parts.authenticator, parts.locations, parts.gruus) {}

void Proxy::on_request(const sip::RequestReceived& received,
                       const std::vector<sip::Uri>& own_routes, TimePoint now) {
  const OwnRoute route = read_own_route(own_routes, received.flow, parts_.tokens, parts_.paths);
  if (const auto fault = find_fault(received.request)) return reject(received, *fault, now);
  if (is_loop(received.request)) return reject(received, {482, {}}, now);
  if (challenge(received, route.came_by, now)) return;
  const auto choice = choose(received.request, route, now);
  if (const auto* const rejection = std::get_if<Rejection>(&choice)) {
    return reject(received, *rejection, now);
  }
  if (contexts_.size() >= kMaxContexts) return reject(received, {503, {}}, now);
  fork(received, route, std::get<TargetChooser::Targets>(choice), now);
}

TargetChooser::Choice Proxy::choose(const sip::Message& request, const OwnRoute& route,
                                    TimePoint now) const {
  if (route.forged) return Rejection{403, {}};
  if (route.named) return targets_.choose(request, *route.named, now);
  return targets_.choose(request, route.came_by, now);
}

/// RFC 5626 §5.1, §5.3.2: the first hop knows the flow, and names it where the client asks for it
/// or has registered by it.
Proxy::Origin Proxy::origin_of(const sip::Message& request, const net::Flow& flow,
                               TimePoint now) const {
  Origin origin{side_of(flow), {}, FirstHop::no};
  if (request.count(sip::Field::via) != 1) return origin;
  const bool registration = request.method() == sip::Method::register_;
  if (registration ? !has_reg_id(request)
                   : !asks_for_flow(request) && !parts_.locations.is_flow_of_binding(flow, now)) {
    return origin;
  }
  origin.token = parts_.tokens.make(flow);
  origin.first_hop = FirstHop::yes;
  return origin;
}

/// RFC 3261 §16.3 step 4: it was here before, and nothing that decides its way has changed.
bool Proxy::is_loop(const sip::Message& request) const {
  const auto vias = request.values(sip::Field::via);
  const bool was_here = std::any_of(vias.begin(), vias.end(), [this](std::string_view value) {
    const auto via = sip::parse_via(value);
    return via && parts_.identity.is_own(*via);
  });
  if (!was_here) return false;
  const std::string key = loop_key(request);
  return std::any_of(contexts_.begin(), contexts_.end(),
                     [&](const auto& entry) { return entry.second.loop_key == key; });
}

/// Who says to be one of our users proves it, outside dialogs. @return whether it was answered.
bool Proxy::challenge(const sip::RequestReceived& received, CameBy came_by, TimePoint now) {
  const sip::Message& request = received.request;
  const bool in_dialog = came_by == CameBy::our_route && !request.to_tag().empty();
  if (!parts_.options.authenticate_calls || in_dialog || !is_from(parts_.identity, request)) {
    return false;
  }
  const auto role = Authenticator::Role::proxy;
  const auto judgement = parts_.authenticator.judge(request, role, now);
  if (judgement.user.empty()) {
    if (request.field(sip::Field::proxy_authorization) && !judgement.stale) {
      log(LogLevel::warning, request, "credentials refused");
    }
    parts_.transactions.respond(received.transaction,
                                parts_.authenticator.challenge(request, role, judgement, now), now);
    return true;
  }
  if (judgement.user == from_user(request)) return false;
  reject(received, {403, {}}, now);
  return true;
}

void Proxy::reject(const sip::RequestReceived& received, const Rejection& rejection,
                   TimePoint now) {
  sip::Message response = make_response(received.request, rejection.status, parts_.random.token(8));
  if (rejection.status == 420) response.add(sip::Field::unsupported, rejection.detail);
  log(LogLevel::debug, received.request,
      std::string(received.request.method_name()) + " refused with " +
          std::to_string(rejection.status));
  parts_.transactions.respond(received.transaction, response, now);
}

void Proxy::fork(const sip::RequestReceived& received, const OwnRoute& route,
                 const TargetChooser::Targets& targets, TimePoint now) {
  sip::Message request = received.request;
  parts_.authenticator.consume(request);
  if (request.method() == sip::Method::invite) {
    // At once: nobody downstream answers it for us, and it stops the retransmissions (§16.2).
    parts_.transactions.respond(received.transaction, make_response(request, 100, {}), now);
  }
  log(LogLevel::info, request,
      std::string(request.method_name()) + " to " + std::string(request.uri()) + ": " +
          std::to_string(targets.size()) + " target(s)");
  Context context{request,
                  origin_of(request, received.flow, now),
                  loop_key(received.request),
                  ResponseContext(request.method(), targets.size()),
                  {},
                  std::nullopt};
  for (const Destination& target : targets) {
    Branch branch;
    branch.reports_flow = route.named.has_value();
    branch.targets = {target.otherwise.begin(), target.otherwise.end()};
    branch.targets.push_front(target);
    context.branches.push_back(std::move(branch));
  }
  contexts_.insert_or_assign(received.transaction, std::move(context));
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (contexts_.count(received.transaction) != 0) start({received.transaction, i}, now);
  }
}

/// Sends a branch to the next of its targets.
void Proxy::start(const BranchRef& ref, TimePoint now) {
  Context& context = contexts_.at(ref.context);
  Branch& branch = context.branches[ref.branch];
  const Destination target = std::move(branch.targets.front());
  branch.targets.pop_front();
  ForwardedRequest forwarded = make_forwarded(context.request, target.uri, target.path);
  branch.flow = target.flow;
  if (target.flow) {
    branch.unheard = std::move(forwarded.message);
    return send(ref, *target.flow, now);
  }
  branch.path = find_path(forwarded, target, now);
  paths_[branch.path] = ref;
  branch.unheard = std::move(forwarded.message);
}

/// RFC 5626 §7: a flow that failed, or on which nobody answers, makes room for the next one to the
/// same instance. @return whether there is one.
bool Proxy::start_next(const BranchRef& ref, TimePoint now) {
  Branch& branch = contexts_.at(ref.context).branches[ref.branch];
  if (branch.targets.empty() || branch.cancelled) return false;
  on_heard(branch);
  clients_.erase(branch.client);
  branch.client = {};
  branch.ringing = false;
  branch.give_up_at.reset();
  start(ref, now);
  return true;
}

/// A socket for UDP does not tell that nobody is there any more; who has moved does (RFC 5626 §5.3.1).
void Proxy::on_registered(TimePoint now) {
  std::vector<BranchRef> left;
  for (const auto& [id, context] : contexts_) {
    for (std::size_t i = 0; i < context.branches.size(); ++i) {
      const Branch& branch = context.branches[i];
      const bool waits = branch.client && branch.unheard && branch.flow && !branch.targets.empty();
      if (waits && !parts_.locations.is_flow_of_binding(*branch.flow, now)) left.push_back({id, i});
    }
  }
  for (const BranchRef& ref : left) {
    parts_.transactions.abandon(contexts_.at(ref.context).branches[ref.branch].client);
    static_cast<void>(start_next(ref, now));
  }
}

/// The connection leads to the target, not to a proxy on the way there.
PathFinder::Ticket Proxy::find_path(const ForwardedRequest& forwarded, const Destination& target,
                                    TimePoint now) {
  const bool direct = forwarded.message.count(sip::Field::route) == 0;
  return parts_.paths.find(sip::next_hop_of(forwarded.next_hop),
                           direct ? target.connection : net::FlowId{}, now);
}

/// The ACK for a 2xx is nobody's transaction: it is passed on as it comes (§16.10 keeps no state).
void Proxy::on_ack(const sip::AckReceived& received, const std::vector<sip::Uri>& own_routes,
                   TimePoint now) {
  const sip::Message& ack = received.ack;
  if (find_fault(ack)) return;
  const OwnRoute route = read_own_route(own_routes, received.flow, parts_.tokens, parts_.paths);
  const auto choice = choose(ack, route, now);
  const auto* const targets = std::get_if<TargetChooser::Targets>(&choice);
  if (targets == nullptr) return;
  sip::Message message = ack;
  parts_.authenticator.consume(message);
  const Destination& target = targets->front();
  ForwardedRequest forwarded = make_forwarded(message, target.uri);
  const Origin origin{side_of(received.flow), {}, FirstHop::no};
  if (target.flow) {
    if (!prepare(forwarded.message, origin, *target.flow, Way::named)) return;
    (void)parts_.transactions.send_ack(std::move(forwarded.message), *target.flow);
    return;
  }
  const PathFinder::Ticket path = find_path(forwarded, target, now);
  acks_.emplace(path, WaitingAck{std::move(forwarded.message), origin});
}

void Proxy::on_path(const PathFinder::Found& found, TimePoint now) {
  if (auto ack = acks_.extract(found.ticket)) {
    WaitingAck& waiting = ack.mapped();
    if (found.flow && prepare(waiting.ack, waiting.origin, *found.flow, Way::found)) {
      (void)parts_.transactions.send_ack(std::move(waiting.ack), *found.flow);
    }
    return parts_.paths.forget(found.ticket);
  }
  const auto path = paths_.find(found.ticket);
  if (path == paths_.end()) return;
  const BranchRef ref = path->second;
  const Context& context = contexts_.at(ref.context);
  const Branch& branch = context.branches[ref.branch];
  if (branch.cancelled) return fail_branch(ref, 487, now);
  if (!found.flow) {
    log(LogLevel::warning, context.request, found.flow.error().detail);
    return fail_branch(ref, branch.failure, now);
  }
  send(ref, *found.flow, now);
}

void Proxy::send(const BranchRef& ref, const net::Flow& flow, TimePoint now) {
  Context& context = contexts_.at(ref.context);
  Branch& branch = context.branches[ref.branch];
  sip::Message message = *branch.unheard;
  if (!prepare(message, context.origin, flow, branch.flow ? Way::named : Way::found)) {
    if (branch.flow) return fail_branch(ref, 480, now);
    return parts_.paths.find_next(branch.path, now);
  }
  branch.client = parts_.transactions.send_request(std::move(message), flow, now);
  if (context.request.method() == sip::Method::invite) branch.give_up_at = now + kTimerC;
  clients_[branch.client] = ref;
}

/// Writes what names us. @return false if the message cannot leave on this flow and be true: the
/// kernel would send from a loopback or link-local address to somebody elsewhere, for example.
bool Proxy::prepare(sip::Message& message, const Origin& origin, const net::Flow& flow,
                    Way way) const {
  const Side leaves_from = side_of(flow);
  if (message.method() != sip::Method::register_) {
    const std::string on = way == Way::named ? parts_.tokens.make(flow) : std::string();
    add_record_route(message, {origin.reached_at, leaves_from, origin.token, on}, parts_.identity);
  } else if (!origin.token.empty()) {
    add_path(message, leaves_from, origin.token, origin.first_hop, parts_.identity);
  }
  sip::Message as_sent = message;
  as_sent.prepend(sip::Field::via, to_string(sip::via_for(flow, std::string(sip::kBranchCookie))));
  const auto untruth = find_untruth(as_sent, flow, sip::Origin::forwarded);
  if (untruth) log(LogLevel::warning, message, "not sent: " + *untruth);
  return !untruth;
}

/// Whoever answered is the one to go on with (RFC 3263 §4.3).
void Proxy::on_heard(Branch& branch) {
  branch.unheard.reset();
  paths_.erase(branch.path);
  parts_.paths.forget(branch.path);
}

/// Nothing was heard from one target: the next one gets the request, in a new transaction (RFC 3263
/// §4.3). @return whether it may.
bool Proxy::try_next(const BranchRef& ref, int failure, TimePoint now) {
  Branch& branch = contexts_.at(ref.context).branches[ref.branch];
  if (!branch.unheard || branch.cancelled || branch.flow) return false;
  clients_.erase(branch.client);
  branch.client = {};
  branch.give_up_at.reset();
  branch.failure = failure;
  parts_.paths.find_next(branch.path, now);
  return true;
}

void Proxy::on_response(const sip::ResponseReceived& received, TimePoint now) {
  const auto client = clients_.find(received.transaction);
  if (client == clients_.end()) return;
  const BranchRef ref = client->second;
  Context& context = contexts_.at(ref.context);
  Branch& branch = context.branches[ref.branch];
  sip::Message response = received.response;
  if (response.count(sip::Field::via) < 2) return;  // it was for us, and we asked nothing
  response.remove_first(sip::Field::via);
  if (response.status() == 503 && try_next(ref, 503, now)) return;
  const bool flow_failed = response.status() == 430;
  if ((flow_failed || response.status() == 408) && start_next(ref, now)) return;
  if (flow_failed && !branch.reports_flow) return fail_branch(ref, 480, now);
  on_heard(branch);
  if (response.status() < 200) {
    branch.ringing = true;
    // §16.7 step 2: timer C starts anew with each 101 to 199.
    if (response.status() > 100 && branch.give_up_at && !branch.cancelled) {
      branch.give_up_at = now + kTimerC;
    }
  } else {
    branch.give_up_at.reset();
  }
  apply(ref.context, context.responses.on_response(ref.branch, std::move(response)), now);
}

/// §16.9: a time-out counts as 408. What cannot be reached is answered with 480 rather than with
/// the 500 that a 503 would become: the user is not there now, nothing is wrong with the server. A
/// 408 may not be sent to other requests than INVITE (RFC 4320 §4.2).
void Proxy::on_client_failed(const sip::ClientFailed& failed, TimePoint now) {
  const auto client = clients_.find(failed.transaction);
  if (client == clients_.end()) return;
  const BranchRef ref = client->second;
  const Context& context = contexts_.at(ref.context);
  const bool timed_out = failed.error.code == Errc::timed_out;
  const bool invite = context.request.method() == sip::Method::invite;
  const int status = !timed_out ? 480 : invite ? 408 : 504;
  log(LogLevel::warning, context.request, "no answer: " + failed.error.code.message());
  // Who sent another request than INVITE has given up in the same moment.
  if ((!timed_out || invite) && try_next(ref, status, now)) return;
  fail_branch(ref, status, now);
}

void Proxy::fail_branch(const BranchRef& ref, int status, TimePoint now) {
  Context& context = contexts_.at(ref.context);
  Branch& branch = context.branches[ref.branch];
  branch.give_up_at.reset();
  on_heard(branch);
  // Who sent another request than INVITE does not wait for a second one.
  if (status != 504 && start_next(ref, now)) return;
  // Only who named the flow knows what it is that failed (RFC 5626 §5.3.1).
  if (status == 480 && branch.reports_flow) status = 430;
  sip::Message response = make_response(context.request, status, parts_.random.token(8));
  apply(ref.context, context.responses.on_response(ref.branch, std::move(response)), now);
}

void Proxy::apply(sip::ServerId id, ResponseContext::Step step, TimePoint now) {
  Context& context = contexts_.at(id);
  if (step.forward) {
    tell_flow_timer(context, *step.forward);
    // §16.7 step 6: it was meant for us; upstream it would say that we are overloaded.
    if (step.forward->status() == 503) {
      step.forward = make_response(context.request, 500, parts_.random.token(8));
    }
    parts_.transactions.respond(id, *step.forward, now);
  }
  if (step.cancel_others) cancel_pending(context, now);
  const auto status = context.responses.final_status();
  if (!status || !context.responses.all_finished()) return;
  if (context.request.method() == sip::Method::invite && *status < 300) {
    // Its 2xx may come again until the ACK arrives: each copy goes upstream (RFC 6026 §7.2).
    if (!context.remove_at) context.remove_at = now + sip::TimerProfile{}.timer_m();
    return;
  }
  erase(id);
}

/// RFC 5626 §5.4: the client of an edge proxy learns from it how often to keep the flow alive.
void Proxy::tell_flow_timer(const Context& context, sip::Message& response) const {
  if (context.request.method() != sip::Method::register_ || context.origin.token.empty()) return;
  if (response.status() / 100 != 2 || response.field(sip::Field::flow_timer)) return;
  response.add(sip::Field::flow_timer, std::to_string(parts_.options.flow_timer.count()));
}

void Proxy::on_cancel(const sip::CancelReceived& received, TimePoint now) {
  const auto context = contexts_.find(received.invite);
  if (context != contexts_.end()) cancel_pending(context->second, now);
}

void Proxy::cancel_pending(Context& context, TimePoint now) {
  if (context.request.method() != sip::Method::invite) return;
  for (std::size_t i = 0; i < context.branches.size(); ++i) {
    Branch& branch = context.branches[i];
    if (branch.cancelled || context.responses.is_finished(i)) continue;
    branch.cancelled = true;
    if (!branch.client) {
      parts_.paths.give_up(branch.path);
      continue;
    }
    parts_.transactions.cancel(branch.client, std::nullopt, now);
    branch.give_up_at = now + cancelled_wait();
  }
}

void Proxy::erase(sip::ServerId id) {
  const auto context = contexts_.find(id);
  for (Branch& branch : context->second.branches) {
    clients_.erase(branch.client);
    on_heard(branch);
  }
  contexts_.erase(context);
}

std::vector<Proxy::BranchRef> Proxy::due(TimePoint now) const {
  std::vector<BranchRef> refs;
  for (const auto& [id, context] : contexts_) {
    for (std::size_t i = 0; i < context.branches.size(); ++i) {
      const auto& at = context.branches[i].give_up_at;
      if (at && *at <= now) refs.push_back({id, i});
    }
  }
  return refs;
}

void Proxy::on_timeout(TimePoint now) {
  for (const BranchRef& ref : due(now)) {
    if (contexts_.count(ref.context) != 0) give_up(ref, now);
  }
  std::vector<sip::ServerId> over;
  for (const auto& [id, context] : contexts_) {
    if (context.remove_at && *context.remove_at <= now) over.push_back(id);
  }
  for (const sip::ServerId id : over) erase(id);
}

/// §16.8: a branch that rings is cancelled, any other counts as 408.
void Proxy::give_up(const BranchRef& ref, TimePoint now) {
  Context& context = contexts_.at(ref.context);
  Branch& branch = context.branches[ref.branch];
  if (branch.ringing && !branch.cancelled) {
    branch.cancelled = true;
    branch.give_up_at = now + cancelled_wait();
    parts_.transactions.cancel(branch.client, std::nullopt, now);
    return;
  }
  parts_.transactions.abandon(branch.client);
  clients_.erase(branch.client);
  fail_branch(ref, branch.cancelled ? 487 : 408, now);
}

std::optional<TimePoint> Proxy::next_deadline() const {
  std::optional<TimePoint> first;
  const auto consider = [&first](const std::optional<TimePoint>& at) {
    if (at && (!first || *at < *first)) first = at;
  };
  for (const auto& [id, context] : contexts_) {
    consider(context.remove_at);
    for (const Branch& branch : context.branches) consider(branch.give_up_at);
  }
  return first;
}

void Proxy::log(LogLevel level, const sip::Message& about, std::string message) const {
  if (!parts_.options.log) return;
  parts_.options.log({level, "proxy", std::string(about.call_id()), std::move(message)});
}

}  // namespace godwit::server
