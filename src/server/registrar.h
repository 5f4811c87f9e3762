// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/random.h"
#include "server/authenticator.h"
#include "server/gruu.h"
#include "server/location_table.h"
#include "server/server_identity.h"
#include "server/server_options.h"
#include "sip/message/message.h"

namespace godwit::server {

/// Answers REGISTER (RFC 3261 §10.3, RFC 5626 §6, RFC 5627 §5) and keeps the location table by it.
class Registrar {
 public:
  /// What the registrar works with; all of it outlives it.
  struct Parts {
    const ServerOptions& options;
    const ServerIdentity& identity;
    Authenticator& authenticator;
    LocationTable& locations;
    Gruus& gruus;
    Random& random;
  };
  explicit Registrar(Parts parts) : parts_(parts) {}

  /// @param flow  how the request came: a Contact may be reached by that very connection
  [[nodiscard]] sip::Message answer(const sip::Message& request, const net::Flow& flow,
                                    TimePoint now);

 private:
  struct Refusal {
    int status = 0;
    std::string reason;
  };
  using Changes = std::vector<BindingChange>;
  using Path = std::vector<sip::NameAddr>;

  [[nodiscard]] sip::Message respond(const sip::Message& request, int status,
                                     std::string_view reason = {});
  [[nodiscard]] sip::Message update(const sip::Message& request, const std::string& user,
                                    const net::Flow& flow, TimePoint now);
  [[nodiscard]] sip::Message remove_all(const sip::Message& request, const BindingUpdate& update,
                                        TimePoint now);
  [[nodiscard]] sip::Message conclude(const sip::Message& request, const BindingUpdate& update,
                                      LocationTable::Outcome outcome, TimePoint now);
  [[nodiscard]] std::variant<Refusal, Changes> read_changes(const sip::Message& request) const;
  [[nodiscard]] static std::variant<Refusal, Path> read_path(const sip::Message& request);
  /// Decides for each Contact whether it is an outbound one, and by which connection it is reached.
  void begin_instances(const BindingUpdate& update, TimePoint now);
  [[nodiscard]] std::string contact_value(const std::string& user, const Binding& binding,
                                          const sip::Message& request, TimePoint now);
  [[nodiscard]] static std::optional<Refusal> place(const sip::Message& request,
                                                    const net::Flow& flow, BindingUpdate& update);
  [[nodiscard]] std::chrono::seconds granted(std::chrono::seconds asked) const;
  void log(const std::string& user, std::string message) const;

  Parts parts_;
};

}  // namespace godwit::server
