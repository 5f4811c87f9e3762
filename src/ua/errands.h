// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "godwit/options.h"
#include "ua/context.h"
#include "ua/identity.h"
#include "ua/registration.h"
#include "ua/request_out.h"

namespace godwit::ua {

/// What is asked of a registrar beside the upkeep of our own binding.
enum class BindingsWish { fetch, remove_all };

/// Single requests outside dialogs that the user asked for, each told of once: OPTIONS queries,
/// MESSAGEs, and what is asked about bindings. And, told to nobody, the last words to a registrar that
/// an account has left.
class Errands {
 public:
  /// Whose request it is.
  struct Sender {
    const Identity& identity;
    sip::CredentialStore& credentials;
  };

  explicit Errands(Context& context) : context_(context) {}

  /// Asks for abilities without an account; OptionsAnswered follows.
  void query(QueryId id, const sip::Uri& target, TimePoint now);
  /// Sends a MESSAGE (RFC 3428); MessageAnswered follows.
  void message(MessageId id, Sender sender, const sip::Uri& target, const MessageBody& body,
               TimePoint now);
  /// Asks for all bindings (RFC 3261 §10.2.3), or removes them (§10.2.2); BindingsAnswered follows.
  void bindings(QueryId id, Sender sender, BindingsWish wish, TimePoint now);
  /// Accounts of which all bindings were just removed.
  [[nodiscard]] std::vector<AccountId> take_emptied() { return std::exchange(emptied_, {}); }
  /// Asks, by OPTIONS, whether one of the account's registrars works, by the way there alone; `take_looks` tells.
  struct Look {
    AccountId account;
    std::size_t registrar = 0;  ///< its place among the account's
    bool works = false;
  };
  void look(const Look& whom, const Identity& identity, TimePoint now);
  [[nodiscard]] std::vector<Look> take_looks() { return std::exchange(looks_, {}); }
  /// Removes what is left of the bindings of whom an account was before. It waits for a network for as
  /// long as they may last, at most an hour.
  struct Bindings {
    Identity identity;
    std::shared_ptr<sip::CredentialStore> credentials;
    Registration::Left left;
  };
  void remove_bindings(Bindings bindings, TimePoint now);
  /// The account goes: nobody waits for its errands any more.
  void forget(AccountId account);

  void pump(TimePoint now);
  void on_response(ErrandId id, const sip::ResponseReceived& received, TimePoint now);
  void on_failure(ErrandId id, const Error& error, TimePoint now);
  void on_timeout(TimePoint now) { pump(now); }
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

  [[nodiscard]] std::size_t size() const { return errands_.size(); }
  void add_hops(std::set<NextHop>& hops) const;

 private:
  struct Question {
    QueryId query;
    AccountId account;
    BindingsWish wish = BindingsWish::fetch;
  };
  struct Errand {
    std::variant<QueryId, MessageId, Question, Look, std::monostate> what;  // or nobody's
    NextHop hop;
    RequestOut::Compose compose;
    RequestOut request;
  };
  RequestOut::Wiring wiring(Sender* sender);
  void begin(Errand errand, TimePoint now);
  void pump(ErrandId id, TimePoint now);
  void tell(QueryId id, const RequestOut::Outcome& outcome, TimePoint now);
  void tell(MessageId id, const RequestOut::Outcome& outcome, TimePoint now);
  void tell(const Question& asked, const RequestOut::Outcome& outcome, TimePoint now);
  void tell(const Look& asked, const RequestOut::Outcome& outcome, TimePoint now);
  void tell(std::monostate, const RequestOut::Outcome&, TimePoint) {}

  Context& context_;
  std::map<ErrandId, Errand> errands_;
  std::vector<AccountId> emptied_;
  std::vector<Look> looks_;
  std::uint64_t last_ = 0;
};

/// What became of a MESSAGE or INFO.
[[nodiscard]] MessageAnswered message_answered(MessageId id, const RequestOut::Outcome& outcome);

}  // namespace godwit::ua
