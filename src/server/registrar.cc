// SPDX-License-Identifier: Apache-2.0
#include "server/registrar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "base/text.h"

namespace godwit::server {
namespace {

using std::chrono::seconds;

constexpr std::string_view kPath = "path";
constexpr std::string_view kOutbound = "outbound";
constexpr std::string_view kGruu = "gruu";
constexpr std::array kKnown = {kPath, kOutbound, kGruu};
/// Of a Contact, what we decide and not its client.
constexpr std::array<std::string_view, 3> kOurParameters = {"expires", "pub-gruu", "temp-gruu"};
constexpr std::uint32_t kMaxRegId = 0x7fffffff;

/// Hands each option tag of a field to `visit`.
template <class Visit>
void for_each_tag(const sip::Message& request, sip::Field field, Visit visit) {
  request.for_each(field, [&](std::string_view list) {
    while (!list.empty()) {
      const auto comma = std::min(list.find(','), list.size());
      const auto tag = trim(list.substr(0, comma));
      if (!tag.empty()) visit(tag);
      list.remove_prefix(std::min(comma + 1, list.size()));
    }
  });
}

/// delta-seconds; a number too large means the longest time, anything else nothing (RFC 3261
/// §20.19).
std::optional<seconds> delta_seconds(std::string_view text) {
  std::uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, ec] = std::from_chars(text.data(), end, value);
  if (stopped != end || text.empty() || ec == std::errc::invalid_argument) return std::nullopt;
  if (ec == std::errc::result_out_of_range) value = ~std::uint32_t{0};
  return seconds(value);
}

/// Does the client say that it knows an extension?
bool knows(const sip::Message& request, std::string_view extension) {
  bool named = false;
  for (const sip::Field field : {sip::Field::supported, sip::Field::require}) {
    for_each_tag(request, field, [&](std::string_view tag) {
      named = named || equal_ignoring_case(tag, extension);
    });
  }
  return named;
}

bool is_known(std::string_view tag) {
  return std::any_of(kKnown.begin(), kKnown.end(),
                     [tag](std::string_view known) { return equal_ignoring_case(tag, known); });
}

/// "urn:uuid:…" of +sip.instance="<urn:uuid:…>"; empty: there is none.
std::string instance_of(const sip::Parameters& parameters) {
  const std::string* const quoted = find_parameter(parameters, "+sip.instance");
  if (quoted == nullptr || quoted->size() <= 4) return {};
  if (quoted->substr(0, 2) != "\"<" || quoted->substr(quoted->size() - 2) != ">\"") return {};
  return quoted->substr(2, quoted->size() - 4);
}

/// RFC 5626 §4.2: 1 to 2^31-1. 0: there is none that counts.
std::uint32_t reg_id_of(const sip::Parameters& parameters) {
  const std::string* const text = find_parameter(parameters, "reg-id");
  const auto value = text == nullptr ? std::nullopt : delta_seconds(*text);
  if (!value || value->count() > kMaxRegId) return 0;
  return static_cast<std::uint32_t>(value->count());
}

/// What a REGISTER requires beside the extensions that are known.
std::string unknown_extensions(const sip::Message& request) {
  std::string unknown;
  for_each_tag(request, sip::Field::require, [&](std::string_view tag) {
    if (is_known(tag)) return;
    if (!unknown.empty()) unknown += ", ";
    unknown += tag;
  });
  return unknown;
}

/// The user a REGISTER is about; empty when To is none of ours.
std::string user_of(const sip::Message& request, const ServerIdentity& identity) {
  const auto to = sip::parse_name_addr(request.field(sip::Field::to).value_or(""));
  return to && identity.is_own(to->uri) ? to->uri.user : std::string();
}

}  // namespace

sip::Message Registrar::answer(const sip::Message& request, const net::Flow& flow, TimePoint now) {
  if (const auto missing = unknown_extensions(request); !missing.empty()) {
    sip::Message refusal = respond(request, 420);
    refusal.add(sip::Field::unsupported, missing);
    return refusal;
  }
  const auto judgement = parts_.authenticator.judge(request, Authenticator::Role::registrar, now);
  const std::string user = user_of(request, parts_.identity);
  if (judgement.user.empty()) {
    if (request.field(sip::Field::authorization) && !judgement.stale) {
      log(user, "credentials refused");
    }
    return parts_.authenticator.challenge(request, Authenticator::Role::registrar, judgement, now);
  }
  if (!parts_.authenticator.knows(user)) return respond(request, 404);
  if (user != judgement.user) return respond(request, 403);  // only the user's own bindings
  return update(request, user, flow, now);
}

sip::Message Registrar::respond(const sip::Message& request, int status, std::string_view reason) {
  return make_response(request, status, parts_.random.token(8), reason);
}

sip::Message Registrar::update(const sip::Message& request, const std::string& user,
                               const net::Flow& flow, TimePoint now) {
  auto path = read_path(request);
  if (const auto* const refusal = std::get_if<Refusal>(&path)) {
    return respond(request, refusal->status, refusal->reason);
  }
  BindingUpdate update{user, std::string(request.call_id()), request.cseq().number, {}, {}};
  update.path = std::get<Path>(std::move(path));
  const auto contacts = request.values(sip::Field::contact);
  if (std::find(contacts.begin(), contacts.end(), "*") != contacts.end()) {
    return remove_all(request, update, now);
  }
  auto changes = read_changes(request);
  if (const auto* const refusal = std::get_if<Refusal>(&changes)) {
    sip::Message response = respond(request, refusal->status, refusal->reason);
    if (refusal->status == 423) {
      response.add(sip::Field::min_expires, std::to_string(parts_.options.min_expires.count()));
    }
    return response;
  }
  update.changes = std::get<Changes>(std::move(changes));
  if (const auto refusal = place(request, flow, update)) {
    return respond(request, refusal->status, refusal->reason);
  }
  begin_instances(update, now);
  return conclude(request, update, parts_.locations.update(update, now), now);
}

/// RFC 5627 §5.4: temporary GRUUs hold until their instance has no binding left.
void Registrar::begin_instances(const BindingUpdate& update, TimePoint now) {
  const auto bindings = parts_.locations.bindings(update.user, now);
  for (const BindingChange& change : update.changes) {
    if (change.instance.empty() || change.expires <= Duration::zero()) continue;
    const bool is_there = std::any_of(bindings.begin(), bindings.end(), [&](const Binding& b) {
      return b.instance == change.instance;
    });
    if (!is_there) parts_.gruus.begin({update.user, change.instance});
  }
}

std::string Registrar::contact_value(const std::string& user, const Binding& binding,
                                     const sip::Message& request, TimePoint now) {
  sip::NameAddr value;
  value.uri = binding.contact;
  value.parameters = binding.parameters;
  // Rounded up: a live binding never reads as "expires=0".
  const auto left = std::chrono::ceil<seconds>(binding.expires_at - now);
  set_parameter(value.parameters, "expires", std::to_string(left.count()));
  const Gruus::Instance instance{user, binding.instance};
  if (!instance.id.empty() && knows(request, kGruu)) {
    set_parameter(value.parameters, "pub-gruu", '"' + parts_.gruus.make_public(instance) + '"');
    const auto temporary = parts_.gruus.make_temporary(instance);
    if (temporary) set_parameter(value.parameters, "temp-gruu", '"' + *temporary + '"');
  }
  return to_string(value);
}

// RFC 5626 §6: only the first hop knows the flow. It is ourselves, or a proxy that says so in its
// Path, the last of them seen from here.
std::optional<Registrar::Refusal> Registrar::place(const sip::Message& request,
                                                   const net::Flow& flow, BindingUpdate& update) {
  const bool direct = update.path.empty() && request.count(sip::Field::via) == 1;
  const bool flow_is_known =
      direct || (!update.path.empty() && has_parameter(update.path.back().uri.parameters, "ob"));
  std::size_t made = 0;
  std::size_t outbound = 0;
  for (BindingChange& change : update.changes) {
    const std::string instance = instance_of(change.parameters);
    const std::uint32_t reg_id = instance.empty() ? 0 : reg_id_of(change.parameters);
    made += change.expires > Duration::zero() ? 1 : 0;
    change.instance = instance;
    if (reg_id != 0 && knows(request, kOutbound)) {
      if (!flow_is_known) return Refusal{439, {}};
      ++outbound;
      change.reg_id = reg_id;
      if (direct) change.connection = flow;
    } else if (update.path.empty() && is_reached_by(change, flow)) {
      // Behind a proxy the connection is that of the proxy: the Path leads there.
      change.connection = flow;
    }
  }
  // One flow cannot be that of several.
  if (outbound != 0 && made > 1) return Refusal{400, "More Than One Contact With reg-id"};
  return std::nullopt;
}

sip::Message Registrar::remove_all(const sip::Message& request, const BindingUpdate& update,
                                   TimePoint now) {
  const auto expires = delta_seconds(request.field(sip::Field::expires).value_or(""));
  if (request.count(sip::Field::contact) != 1 || expires != seconds(0)) {
    return respond(request, 400, "Contact * stands alone and with Expires 0");
  }
  return conclude(request, update, parts_.locations.remove_all(update, now), now);
}

sip::Message Registrar::conclude(const sip::Message& request, const BindingUpdate& update,
                                 LocationTable::Outcome outcome, TimePoint now) {
  switch (outcome) {
    case LocationTable::Outcome::out_of_order:
      return respond(request, 500, "CSeq Out Of Order");
    case LocationTable::Outcome::too_many:
      return respond(request, 403, "Too Many Contacts");
    case LocationTable::Outcome::full: {
      sip::Message refusal = respond(request, 503, "Too Many Bindings");
      refusal.add(sip::Field::retry_after, std::to_string(parts_.options.min_expires.count()));
      return refusal;
    }
    case LocationTable::Outcome::done:
      break;
  }
  sip::Message response = respond(request, 200);
  std::string shown;
  for (const Binding& binding : parts_.locations.bindings(update.user, now)) {
    response.add(sip::Field::contact, contact_value(update.user, binding, request, now));
    shown += ' ' + to_string(binding.contact);
  }
  // RFC 3327 §5.3: only who says so can know what it means.
  const bool understood = knows(request, kPath);
  for (const auto& proxy : update.path) {
    if (understood) response.add(sip::Field::path, to_string(proxy));
  }
  const auto& changes = update.changes;
  if (std::any_of(changes.begin(), changes.end(), [](const auto& c) { return c.reg_id != 0; })) {
    response.add(sip::Field::require, kOutbound);
    if (update.path.empty()) {
      response.add(sip::Field::flow_timer, std::to_string(parts_.options.flow_timer.count()));
    }
  }
  log(update.user, "bound to" + (shown.empty() ? " nothing" : shown));
  return response;
}

std::variant<Registrar::Refusal, Registrar::Changes> Registrar::read_changes(
    const sip::Message& request) const {
  const auto for_all = delta_seconds(request.field(sip::Field::expires).value_or(""));
  Changes changes;
  for (const std::string_view value : request.values(sip::Field::contact)) {
    auto contact = sip::parse_name_addr(value);
    if (!contact || !contact->uri.is_sip()) return Refusal{400, "Contact Not Usable"};
    // It would lead back here (RFC 5627 §5.1).
    if (parts_.identity.is_own(contact->uri) && is_gruu(contact->uri)) {
      return Refusal{403, "Contact Is A GRUU"};
    }
    std::optional<seconds> asked = for_all;
    if (const std::string* const own = find_parameter(contact->parameters, "expires")) {
      asked = delta_seconds(*own);
    }
    // RFC 3261 §10.3 step 7: what cannot be read counts as the longest lifetime.
    const seconds expires = asked.value_or(parts_.options.max_expires);
    if (expires > seconds(0) && expires < parts_.options.min_expires) {
      return Refusal{423, {}};
    }
    std::erase_if(contact->parameters, [](const sip::Parameter& p) {
      return std::any_of(kOurParameters.begin(), kOurParameters.end(), [&](std::string_view ours) {
        return sip::has_parameter({p}, ours);  // compared without regard to case
      });
    });
    changes.push_back(
        {std::move(contact->uri), std::move(contact->parameters), granted(expires), std::nullopt});
  }
  return changes;
}

// RFC 3327 §5.3: the proxies on the way from here to the agent. An agent that does not know the
// extension is reached by them all the same.
std::variant<Registrar::Refusal, Registrar::Path> Registrar::read_path(
    const sip::Message& request) {
  Path path;
  for (const std::string_view value : request.values(sip::Field::path)) {
    auto proxy = sip::parse_name_addr(value);
    if (!proxy || !proxy->uri.is_sip()) return Refusal{400, "Path Not Usable"};
    if (path.size() == limits::kPaths) return Refusal{400, "Path Too Long"};
    path.push_back(*std::move(proxy));
  }
  return path;
}

seconds Registrar::granted(seconds asked) const {
  return std::min(asked, parts_.options.max_expires);
}

void Registrar::log(const std::string& user, std::string message) const {
  if (!parts_.options.log) return;
  parts_.options.log({LogLevel::info, "registrar", user, std::move(message)});
}

}  // namespace godwit::server
