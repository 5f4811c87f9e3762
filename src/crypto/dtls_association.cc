// SPDX-License-Identifier: Apache-2.0
#include "crypto/dtls_association.h"

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <deque>
#include <string_view>
#include <utility>

#include "base/limits.h"
#include "crypto/datagram_bio.h"
#include "crypto/dtls_context.h"
#include "crypto/wipe.h"

namespace godwit::crypto {
namespace {

using namespace std::chrono_literals;
using Bytes = std::vector<std::uint8_t>;
using Datagram = std::vector<std::byte>;

struct Profile {
  std::uint16_t id;
  std::string_view openssl_name;
  std::size_t key;
  std::size_t salt;
};
constexpr std::array<Profile, 4> kProfiles{{
    {kSrtpAes128CmSha1Tag80, "SRTP_AES128_CM_SHA1_80", 16, 14},
    {kSrtpAes128CmSha1Tag32, "SRTP_AES128_CM_SHA1_32", 16, 14},
    {kSrtpAeadAes128Gcm, "SRTP_AEAD_AES_128_GCM", 16, 12},
    {kSrtpAeadAes256Gcm, "SRTP_AEAD_AES_256_GCM", 32, 12},
}};

const Profile* profile_of(unsigned long id) {
  const auto* const found = std::find_if(kProfiles.begin(), kProfiles.end(),
                                         [id](const Profile& p) { return p.id == id; });
  return found != kProfiles.end() ? found : nullptr;
}

/// As OpenSSL wants them: best first, none twice.
std::string names_of(const std::vector<std::uint16_t>& profiles) {
  std::string names;
  for (const std::uint16_t id : profiles) {
    const Profile* const profile = profile_of(id);
    if (profile == nullptr || names.find(profile->openssl_name) != std::string::npos) continue;
    if (!names.empty()) names += ':';
    names += profile->openssl_name;
  }
  return names;
}

/// Those with the strongest hash that we know (RFC 8122 §5.1): whoever can break a weaker one gains
/// nothing by it. A longer digest is a stronger hash, of those that are a proof at all.
std::vector<DtlsAssociation::ExpectedFingerprint> strongest(
    const std::vector<DtlsAssociation::ExpectedFingerprint>& expected) {
  std::vector<DtlsAssociation::ExpectedFingerprint> best;
  for (const auto& one : expected) {
    if (!is_fingerprint_hash(one.hash)) continue;
    if (!best.empty() && one.bytes.size() > best.front().bytes.size()) best.clear();
    if (best.empty() || one.bytes.size() == best.front().bytes.size()) best.push_back(one);
  }
  return best;
}

constexpr unsigned int in_microseconds(std::chrono::microseconds span) {
  return static_cast<unsigned int>(span.count());
}

unsigned int wait_after(unsigned int microseconds) {
  constexpr unsigned int kFirst = in_microseconds(DtlsAssociation::kFirstWait);
  constexpr unsigned int kLongest = in_microseconds(DtlsAssociation::kLongestWait);
  return microseconds == 0 ? kFirst : std::min(2 * microseconds, kLongest);
}

}  // namespace

DtlsAssociation::Keys::~Keys() {
  wipe(send);
  wipe(receive);
}

struct DtlsAssociation::State final : DtlsQuestions {
  State(std::shared_ptr<const DtlsContext> of_certificate, const Options& wanted)
      : context(std::move(of_certificate)),
        options(wanted),
        listening(wanted.role == Role::server && wanted.path == Path::unproven) {
    options.expected = strongest(wanted.expected);
  }

  [[nodiscard]] Result<void> prepare();
  void begin(TimePoint now) {
    if (options.role == Role::client) drive(now);
  }
  void on_datagram(std::span<const std::byte> datagram, TimePoint now);
  void on_timeout(TimePoint now);
  void drive(TimePoint now);
  void send_again();
  void close(TimePoint now);
  [[nodiscard]] bool is_expected(const X509& certificate) override;
  [[nodiscard]] const Cookie& cookie() const override { return own_cookie; }
  [[nodiscard]] unsigned int next_wait(unsigned int last) override {
    return wait = wait_after(last);
  }

  std::shared_ptr<const DtlsContext> context;
  Options options;
  bool listening;                        // for a ClientHello with our cookie
  std::vector<std::byte> client_random;  // of the ClientHello that we, a server, took
  Datagrams wire;
  OpenSslPointer<SSL, SSL_free> ssl;
  OpenSslPointer<BIO_ADDR, BIO_ADDR_free> nobody;  // DTLSv1_listen insists on one
  // One for all who ask: it goes to one address only, the one that signalling told. If it hung on
  // the ClientHello (RFC 6347 §4.2.1), a forged one would make us send the far end what it cannot
  // use.
  Cookie own_cookie{};

  Status status = Status::shaking_hands;
  std::string reason;
  std::optional<Keys> keys;
  bool recognized = false;  // the far end has shown what was signalled
  bool strange = false;     // it has shown something else
  bool unanswered = false;
  bool without_profile = false;
  std::optional<std::uint8_t> alert;  // in clear: perhaps the far end's

  std::deque<Datagram> to_send;
  std::vector<Datagram> flight;  // sent last
  std::optional<TimePoint> deadline;
  unsigned int wait = 0;  // as OpenSSL knows it
  int sent_again = 0;     // in a row, without OpenSSL
  std::size_t datagrams = 0, bytes = 0;
  std::uint64_t refused = 0;

 private:
  [[nodiscard]] bool takes(std::span<const std::byte> datagram);
  void shake_hands();
  void hear_more();
  void end();
  void finish();
  void give_up(std::string why);
  void give_up_waiting();
  void give_up_over_error();
  void take_keys(const Profile& profile);
  void collect(TimePoint now);
};

Result<void> DtlsAssociation::State::prepare() {
  const auto refuse = [](const char* why) { return fail(Errc::media_failed, why); };
  if (options.expected.empty()) return refuse("DTLS: no fingerprint that can be checked");
  ssl.reset(SSL_new(context->settings.get()));
  nobody.reset(BIO_ADDR_new());
  auto bio = make_datagram_bio(wire);
  if (!ssl || !nobody || !bio ||
      RAND_bytes(own_cookie.data(), static_cast<int>(own_cookie.size())) != 1) {
    return refuse("DTLS: OpenSSL refuses");
  }
  const std::string names = names_of(options.profiles);
  if (names.empty() || SSL_set_tlsext_use_srtp(ssl.get(), names.c_str()) != 0) {
    return refuse("DTLS: no protection profile of SRTP that is known");
  }
  SSL_set_bio(ssl.get(), bio.get(), bio.get());  // both take the one reference
  static_cast<void>(bio.release());
  SSL_set_app_data(ssl.get(), static_cast<DtlsQuestions*>(this));
  SSL_set_mtu(ssl.get(), kMtu);
  DTLS_set_timer_cb(ssl.get(), [](SSL* asking, unsigned int last) {
    return static_cast<DtlsQuestions*>(SSL_get_app_data(asking))->next_wait(last);
  });
  if (options.role == Role::client) {
    SSL_set_connect_state(ssl.get());
  } else {
    SSL_set_accept_state(ssl.get());
  }
  return {};
}

bool DtlsAssociation::State::is_expected(const X509& certificate) {
  const auto shown = [&](const ExpectedFingerprint& one) {
    return fingerprint_of(certificate, one.hash) == one.bytes;
  };
  recognized = std::any_of(options.expected.begin(), options.expected.end(), shown);
  strange = !recognized;
  return recognized;
}

bool DtlsAssociation::State::takes(std::span<const std::byte> datagram) {
  switch (status) {
    case Status::failed:
    case Status::closed:
      return false;
    case Status::established:
      return are_dtls_records(datagram);
    case Status::shaking_hands:
      break;
  }
  // What is late of an earlier association would be kept for when its turn comes in this one.
  const bool begins = options.role == Role::server && client_random.empty();
  if (begins && client_random_of(datagram).empty()) return false;
  const DtlsSighting seen = look_at_handshake(datagram, options.role);
  if (seen.alert) alert = seen.alert;
  if (!seen.acceptable || datagrams == limits::kDtlsHandshakeDatagrams ||
      bytes + datagram.size() > limits::kDtlsHandshakeBytes) {
    return false;
  }
  ++datagrams;
  bytes += datagram.size();
  return true;
}

void DtlsAssociation::State::on_datagram(std::span<const std::byte> datagram, TimePoint now) {
  if (!takes(datagram)) {
    ++refused;
    return;
  }
  wire.incoming = datagram;
  sent_again = 0;
  drive(now);
  wire.incoming = {};
  if (options.role == Role::client || listening || !client_random.empty()) return;
  const auto random = client_random_of(datagram);
  client_random.assign(random.begin(), random.end());
}

void DtlsAssociation::State::drive(TimePoint now) {
  ERR_clear_error();
  wire.timer = Datagrams::Timer::unchanged;
  if (status == Status::established) {
    hear_more();
  } else {
    shake_hands();
  }
  collect(now);
}

void DtlsAssociation::State::shake_hands() {
  // It keeps nothing of a ClientHello without our cookie. SSL_accept with cookies would keep the
  // first one, a forger's, and take the far end's own for an old one.
  if (listening && DTLSv1_listen(ssl.get(), nobody.get()) <= 0) return;
  listening = false;
  const int done = SSL_do_handshake(ssl.get());
  if (done == 1) return finish();
  const int error = SSL_get_error(ssl.get(), done);
  if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) give_up_over_error();
}

void DtlsAssociation::State::hear_more() {
  std::array<std::byte, 2'048> nothing_to_us{};  // no data is agreed on
  int size = 1;
  while (size > 0) {
    size = SSL_read(ssl.get(), nothing_to_us.data(), static_cast<int>(nothing_to_us.size()));
  }
  const int error = SSL_get_error(ssl.get(), size);
  if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) end();
}

/// RFC 5246 §7.2.1: each side says it, whoever said it first. It does nothing to an association that
/// an error has ended.
void DtlsAssociation::State::end() {
  ERR_clear_error();
  SSL_shutdown(ssl.get());
  status = Status::closed;
  keys.reset();
}

void DtlsAssociation::State::close(TimePoint now) {
  if (status != Status::established) return;
  wire.timer = Datagrams::Timer::unchanged;
  end();
  collect(now);
}

void DtlsAssociation::State::finish() {
  const SRTP_PROTECTION_PROFILE* const agreed = SSL_get_selected_srtp_profile(ssl.get());
  const Profile* const profile = agreed != nullptr ? profile_of(agreed->id) : nullptr;
  if (recognized && profile != nullptr) take_keys(*profile);
  if (keys) {
    status = Status::established;
    return;
  }
  SSL_shutdown(ssl.get());
  without_profile = recognized;
  give_up("DTLS: no protection profile of SRTP in common");
}

// RFC 5764 §4.2: client's key, server's key, client's salt, server's salt.
void DtlsAssociation::State::take_keys(const Profile& profile) {
  constexpr std::string_view kLabel = "EXTRACTOR-dtls_srtp";
  Bytes material(2 * (profile.key + profile.salt));
  if (SSL_export_keying_material(ssl.get(), material.data(), material.size(), kLabel.data(),
                                 kLabel.size(), nullptr, 0, 0) == 1) {
    const auto key_of = [&](std::size_t side) {
      Bytes key;
      key.reserve(profile.key + profile.salt);  // nothing of it stays behind in a smaller piece
      const auto from = material.begin();
      const auto piece = [&](std::size_t begin, std::size_t size) {
        const auto first = from + static_cast<std::ptrdiff_t>(begin);
        key.insert(key.end(), first, first + static_cast<std::ptrdiff_t>(size));
      };
      piece(side * profile.key, profile.key);
      piece(2 * profile.key + side * profile.salt, profile.salt);
      return key;
    };
    const std::size_t ours = options.role == Role::client ? 0 : 1;
    keys.emplace();
    keys->profile = profile.id;
    keys->send = key_of(ours);
    keys->receive = key_of(1 - ours);
  }
  wipe(material);
}

void DtlsAssociation::State::give_up(std::string why) {
  status = Status::failed;
  reason = std::move(why);
}

void DtlsAssociation::State::give_up_over_error() {
  if (strange) {
    return give_up("DTLS: the certificate shown is not the one that signalling told of");
  }
  const unsigned long code = ERR_peek_error();
  if (ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_READ_TIMEOUT_EXPIRED) {
    return give_up_waiting();
  }
  const char* const text = ERR_reason_error_string(code);
  give_up(std::string("DTLS: ") + (text != nullptr ? text : "the handshake failed"));
}

void DtlsAssociation::State::give_up_waiting() {
  unanswered = true;
  if (!alert) return give_up("DTLS: nobody answers");
  give_up(std::string("DTLS: the far end seems to refuse: ") + SSL_alert_desc_string_long(*alert));
}

// The timer of OpenSSL runs by the wall clock: when it started counts here, not what it shows.
void DtlsAssociation::State::collect(TimePoint now) {
  if (!wire.outgoing.empty()) {
    flight = std::exchange(wire.outgoing, {});
    to_send.insert(to_send.end(), flight.begin(), flight.end());
  }
  if (status != Status::shaking_hands || wire.timer == Datagrams::Timer::stopped) {
    deadline.reset();
  } else if (wire.timer == Datagrams::Timer::started) {
    deadline = now + std::chrono::microseconds(wait);
  }
}

void DtlsAssociation::State::on_timeout(TimePoint now) {
  if (!deadline || now < *deadline) return;  // stale wake-up: harmless
  ERR_clear_error();
  wire.timer = Datagrams::Timer::unchanged;
  const long handled = DTLSv1_handle_timeout(ssl.get());
  if (handled < 0) give_up_over_error();
  collect(now);
  if (handled != 0) return;
  // The wall clock was set back: by our clock the wait is over all the same.
  if (++sent_again > kSendsAgain) {
    deadline.reset();
    return give_up_waiting();
  }
  send_again();
  deadline = now + std::chrono::microseconds(next_wait(wait));
}

void DtlsAssociation::State::send_again() {
  to_send.assign(flight.begin(), flight.end());
}

DtlsAssociation::DtlsAssociation(std::unique_ptr<State> state) : state_(std::move(state)) {}
DtlsAssociation::~DtlsAssociation() = default;
DtlsAssociation::DtlsAssociation(DtlsAssociation&&) noexcept = default;
DtlsAssociation& DtlsAssociation::operator=(DtlsAssociation&&) noexcept = default;

Result<DtlsAssociation> DtlsAssociation::make(const DtlsCertificate& certificate,
                                              const Options& options, TimePoint now) {
  auto state = std::make_unique<State>(certificate.context_, options);
  if (auto prepared = state->prepare(); !prepared) {
    return tl::unexpected(std::move(prepared.error()));
  }
  state->begin(now);
  return DtlsAssociation(std::move(state));
}

Result<DtlsAssociation> DtlsAssociation::another(TimePoint now) const {
  Options options = state_->options;
  options.path = Path::unproven;
  auto state = std::make_unique<State>(state_->context, options);
  if (auto prepared = state->prepare(); !prepared) {
    return tl::unexpected(std::move(prepared.error()));
  }
  state->own_cookie = state_->own_cookie;
  state->begin(now);
  return DtlsAssociation(std::move(state));
}

bool DtlsAssociation::begins_another(std::span<const std::byte> datagram) const {
  const auto random = client_random_of(datagram);
  return begun() && !random.empty() && !std::ranges::equal(random, state_->client_random);
}

bool DtlsAssociation::began_with(std::span<const std::byte> datagram) const {
  return begun() && std::ranges::equal(client_random_of(datagram), state_->client_random);
}

bool DtlsAssociation::begun() const {
  return !state_->client_random.empty();
}

void DtlsAssociation::on_datagram(std::span<const std::byte> datagram, TimePoint now) {
  state_->on_datagram(datagram, now);
}

void DtlsAssociation::on_timeout(TimePoint now) {
  state_->on_timeout(now);
}

std::optional<TimePoint> DtlsAssociation::next_deadline() const {
  return state_->deadline;
}

void DtlsAssociation::close(TimePoint now) {
  state_->close(now);
}

void DtlsAssociation::send_again() {
  if (state_->status == Status::shaking_hands) state_->send_again();
}

std::optional<std::vector<std::byte>> DtlsAssociation::poll() {
  if (state_->to_send.empty()) return std::nullopt;
  Datagram next = std::move(state_->to_send.front());
  state_->to_send.pop_front();
  return next;
}

DtlsAssociation::Status DtlsAssociation::status() const {
  return state_->status;
}

std::optional<DtlsAssociation::Keys> DtlsAssociation::keys() const {
  return state_->keys;
}

const std::string& DtlsAssociation::reason() const {
  return state_->reason;
}

bool DtlsAssociation::unanswered() const {
  return state_->unanswered;
}

bool DtlsAssociation::without_profile() const {
  return state_->without_profile;
}

std::uint64_t DtlsAssociation::refused() const {
  return state_->refused;
}

}  // namespace godwit::crypto
