// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "godwit/options.h"
#include "sdp/offer_answer.h"
#include "ua/context.h"
#include "media/session.h"
#include "ua/media_mapping.h"
#include "ua/media_route.h"
#include "ua/sound_terms.h"

namespace godwit::ua {

/// The media side of one call: its offer/answer state and its paths, one per local address in use.
/// The newest path in use sends; older ones are listened on until they are closed.
class CallMedia {
 public:
  struct Pending {};
  using PathChoice = std::variant<net::SocketAddress, Pending, Error>;

  /// @param sound  what is offered and taken
  CallMedia(MediaId id, const Identity& identity, sdp::SoundTerms sound, Context& context);

  /// The call's messages go by this flow: the account's wish for protection is read by it. What was
  /// asked for once is not asked less later.
  void signalled_by(const net::Flow& flow);
  /// Other formats than before; of effect as long as none have been told. Errors: `media_failed`: the
  /// pending offer has none of them.
  [[nodiscard]] Result<void> use_sound(const CallOptions& options);

  /// Makes the session in the shell, with what is played and recorded. One that is there already, of
  /// early sound, only plays something else.
  void create(const CallOptions& options);
  void end();
  /// What was asked of its sound.
  struct Sound {
    bool muted = false;
    bool recording = false;
    ConferenceId conference;  ///< 0: none
  };
  [[nodiscard]] Sound& sound() { return sound_; }
  [[nodiscard]] const Sound& sound() const { return sound_; }
  /// The session is there: it can be told what to play and record.
  [[nodiscard]] bool created() const { return created_; }
  [[nodiscard]] MediaId id() const { return id_; }
  [[nodiscard]] const MediaRoute& route() const { return route_; }
  /// What it offers and takes.
  [[nodiscard]] const std::vector<sdp::Format>& formats() const { return sound_terms_.formats; }

  [[nodiscard]] sdp::OfferAnswer& exchange() { return exchange_; }
  [[nodiscard]] const std::optional<sdp::Agreement>& agreement() const {
    return exchange_.agreement();
  }
  /// A new dialog for the same call: offer and answer start over, the session goes on.
  void restart_exchange();

  /// The RTP address of our path from `local`, which is opened if there is none, and stays open if it
  /// was to be closed.
  [[nodiscard]] PathChoice path_on(const net::IpAddress& local);
  /// Our address for the answer to an offer that this exchange has taken: from where the offer wants
  /// it to come (R29). Empty: it names nowhere.
  [[nodiscard]] std::optional<MediaRoute::Choice> source_to_offer(const sdp::OfferAnswer& exchange,
                                                                  TimePoint now) const;
  /// The RTP address of the path for that answer: of `usual`, unless another family is offered.
  [[nodiscard]] PathChoice path_to_offer(const sdp::OfferAnswer& exchange,
                                         const net::IpAddress& usual, TimePoint now);
  /// Forget a path that could not be opened, or whose address is gone.
  void drop_path(const net::IpAddress& local);
  void on_path_opened(const MediaPathOpened& opened, TimePoint now);
  void on_address_seen(const media::AddressSeen& seen) { mapping_.on_seen(seen); }
  void on_heard(PathId path) { mapping_.on_heard(path, remote_); }
  /// What others call the path from `local` may be known in a moment (STUN): descriptions wait.
  [[nodiscard]] bool asks_for_name(const net::IpAddress& local) const;
  /// What others call us is another address than before: that may be so of our sound, too.
  /// @return whether anybody is asked, and a description is to be told anew
  bool ask_names_again(TimePoint now) { return mapping_.ask_again(now); }
  /// What a description names for a path's RTP address: what a NAT makes of it.
  [[nodiscard]] net::SocketAddress named(const net::SocketAddress& rtp) const;
  void on_path_failed(const MediaPathFailed& failed);

  /// Send from the path on `local` to where the agreement says, with what it says. How that is
  /// reached from here may have to be found out first: `pump` goes on then.
  void use(const net::IpAddress& local, TimePoint now);
  /// Send from the path on `local` to the address that is agreed so far: media first.
  void move_sending(const net::IpAddress& local, TimePoint now);
  void stop_sending();
  /// We hold the peer: whatever is agreed, it hears nothing.
  void set_silent(bool silent);
  /// @return whether what was waited for is known now.
  bool pump(TimePoint now);
  /// Nothing leads from the path that is to be used to where the agreement says.
  [[nodiscard]] bool cut_off() const { return cut_off_; }
  /// Where RTP goes, as the network is told; empty while nothing has been sent.
  [[nodiscard]] const std::optional<net::SocketAddress>& destination() const {
    return destination_;
  }
  void reset_gaps();
  /// Every path is closed at `when`, but the sending one and that on `told`: the peer is to send there,
  /// or hears of it next, even while we can send nothing from there.
  void retire_others(const net::IpAddress& told, TimePoint when);
  void on_timeout(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

  [[nodiscard]] bool is_path_on(PathId path, const net::IpAddress& local) const;
  /// The address that RTP leaves from; empty while nothing is sent.
  [[nodiscard]] std::optional<net::SocketAddress> local_rtp() const;
  [[nodiscard]] bool sending() const { return sending_; }
  void send_digits(std::string digits, Duration each, DtmfMethod method);

 private:
  struct Path {
    PathId id;
    net::IpAddress local;
    std::optional<net::SocketAddress> rtp;
    std::optional<Error> error;
    std::optional<TimePoint> close_at;
  };
  [[nodiscard]] sdp::OfferAnswer new_exchange() const;
  Path* find(const net::IpAddress& local);
  void close(const Path& path);
  [[nodiscard]] bool is_wanted(const Path& path) const;
  [[nodiscard]] MediaRoute::Choice remote_address(TimePoint now) const;
  void configure();
  void send_on(Path& path, const net::IpAddress& remote);

  MediaId id_;
  Context& context_;
  MediaRoute route_;
  MediaMapping mapping_;
  MediaSecurity security_;
  bool follows_, latches_;
  bool signalled_through_nat64_ = false;
  std::vector<srtp::Suite> dtls_suites_;
  sdp::ProtectionTerms protection_;
  sdp::SoundTerms sound_terms_;
  std::uint64_t session_id_;
  sdp::OfferAnswer exchange_;
  std::vector<Path> paths_;
  std::optional<PathId> current_;
  std::optional<net::SocketAddress> remote_;      // as the description says
  std::optional<sdp::NamedAddress> remote_name_;  // that it says instead of an address
  std::optional<net::SocketAddress> destination_;
  std::optional<net::IpAddress> waits_on_;  // the path that waits to be told where to send
  bool cut_off_ = false;
  bool sending_ = false;
  bool silent_ = false;
  bool created_ = false;
  Sound sound_;
};

}  // namespace godwit::ua
