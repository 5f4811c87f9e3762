// SPDX-License-Identifier: Apache-2.0
#include "io/tls_stream.h"

#include <openssl/err.h>

#include <array>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "io/timer.h"

namespace godwit::io {
namespace {

constexpr std::size_t kRecordSize = 16 * 1024;  // RFC 8446 §5.1
constexpr std::size_t kKeptBuffer = 1024;       // of what has been sent

}  // namespace

struct TlsStream::Op : std::enable_shared_from_this<TlsStream::Op> {
  enum class State { handshaking, open, ended };

  Op(Loop& l, Options&& options, StreamHandlers h)
      : loop(l), handlers(std::move(h)), context(std::move(options.context)) {
    proof.domain = std::move(options.server_name);
    proof.owner = proof.domain;
  }

  Loop& loop;
  StreamHandlers handlers;
  State state = State::handshaking;
  std::shared_ptr<TlsContext> context;
  TlsProof proof;
  SslPtr ssl;  // goes before the two it points to
  std::unique_ptr<StreamSocket> socket;
  std::unique_ptr<Timer> limit;
  std::string waiting;           // written before it is open
  std::optional<Error> failure;  // found inside a call; told from the loop

  bool start(const net::SocketAddress& remote, Duration handshake_limit);
  [[nodiscard]] StreamHandlers socket_handlers();
  void on_bytes(std::string_view bytes);
  void on_socket_end(Error error);
  void advance();
  void shake_hands();
  void open();
  void read();
  void write(std::string_view bytes);
  void encrypt(std::string_view bytes);
  void flush();
  void finish(std::function<void()> gone);

  [[nodiscard]] Error handshake_failure();
  [[nodiscard]] std::string name() const { return "TLS with " + proof.owner; }
  void fail_soon(Error error);
  void end(Error error);
  void close();
};

// @return whether there is something to go on with; if not, the failure is on its way.
bool TlsStream::Op::start(const net::SocketAddress& remote, Duration handshake_limit) {
  if (proof.owner.empty()) proof.owner = to_string(remote);
  ERR_clear_error();
  ssl = context->connection(proof);
  BioPtr in(BIO_new(BIO_s_mem()));
  BioPtr out(BIO_new(BIO_s_mem()));
  if (!ssl || !in || !out) {
    fail_soon({Errc::tls_failed, name() + ": " + take_tls_reason()});
    return false;
  }
  SSL_set_bio(ssl.get(), in.release(), out.release());
  limit = std::make_unique<Timer>(loop, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self) self->end({Errc::timed_out, self->name() + ": the handshake takes too long"});
  });
  limit->arm(loop.now() + handshake_limit);
  return true;
}

StreamHandlers TlsStream::Op::socket_handlers() {
  // The locks keep it alive while a handler destroys the stream.
  const std::weak_ptr<Op> weak = weak_from_this();
  return {.on_open =
              [weak] {
                if (const auto self = weak.lock()) self->advance();
              },
          .on_bytes =
              [weak](std::string_view bytes) {
                if (const auto self = weak.lock()) self->on_bytes(bytes);
              },
          .on_end =
              [weak](Error error) {
                if (const auto self = weak.lock()) self->on_socket_end(std::move(error));
              }};
}

void TlsStream::Op::on_bytes(std::string_view bytes) {
  if (state == State::ended) return;
  // A memory BIO takes all there is; what one wake-up reads is bounded by the socket.
  BIO_write(SSL_get_rbio(ssl.get()), bytes.data(), static_cast<int>(bytes.size()));
  advance();
}

void TlsStream::Op::on_socket_end(Error error) {
  if (state == State::handshaking && error.code == Errc::connection_closed) {
    error = {Errc::tls_failed, name() + ": closed by the far end during the handshake"};
  }
  end(std::move(error));
}

void TlsStream::Op::advance() {
  if (state == State::handshaking) shake_hands();
  if (state == State::open) read();
}

void TlsStream::Op::shake_hands() {
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl.get());
  flush();
  if (done == 1) return open();
  const int reason = SSL_get_error(ssl.get(), done);
  if (reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE) return;
  end(handshake_failure());
}

Error TlsStream::Op::handshake_failure() {
  if (proof.refusal) return *proof.refusal;
  return {Errc::tls_failed, name() + ": handshake failed: " + take_tls_reason()};
}

void TlsStream::Op::open() {
  if (auto refusal = context->check(ssl.get(), proof)) return end(std::move(*refusal));
  state = State::open;
  limit.reset();
  if (!waiting.empty()) encrypt(std::exchange(waiting, {}));
  if (handlers.on_open) handlers.on_open();
}

void TlsStream::Op::read() {
  std::array<char, kRecordSize> buffer;
  while (state == State::open) {
    ERR_clear_error();
    const int size = SSL_read(ssl.get(), buffer.data(), static_cast<int>(buffer.size()));
    if (size > 0) {
      handlers.on_bytes({buffer.data(), static_cast<std::size_t>(size)});
      continue;
    }
    const int reason = SSL_get_error(ssl.get(), size);
    flush();  // reading may have to answer: new keys, an alert
    if (reason == SSL_ERROR_WANT_READ) return;
    if (reason == SSL_ERROR_ZERO_RETURN) {
      return end({Errc::connection_closed, name() + ": closed by the far end"});
    }
    return end({Errc::tls_failed, name() + ": " + take_tls_reason()});
  }
}

void TlsStream::Op::write(std::string_view bytes) {
  if (state == State::ended || failure) return;
  if (state == State::open) return encrypt(bytes);
  if (waiting.size() + bytes.size() > limits::kStreamSendQueue) {
    return fail_soon({Errc::limit_reached, name() + ": too much waits for the handshake"});
  }
  waiting.append(bytes);
}

void TlsStream::Op::encrypt(std::string_view bytes) {
  if (bytes.empty()) return;
  ERR_clear_error();
  std::size_t written = 0;
  if (SSL_write_ex(ssl.get(), bytes.data(), bytes.size(), &written) != 1) {
    return fail_soon({Errc::tls_failed, name() + ": " + take_tls_reason()});
  }
  flush();
}

void TlsStream::Op::flush() {
  BIO* const out = SSL_get_wbio(ssl.get());
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(out, &bytes);
  if (size <= 0) return;
  socket->write({bytes, static_cast<std::size_t>(size)});
  // A buffer that had to hold much goes; a small one serves again.
  BioPtr fresh(static_cast<std::size_t>(size) > kKeptBuffer ? BIO_new(BIO_s_mem()) : nullptr);
  if (fresh) return SSL_set0_wbio(ssl.get(), fresh.release());
  static_cast<void>(BIO_reset(out));
}

void TlsStream::Op::finish(std::function<void()> gone) {
  const bool was_open = state == State::open && !failure;
  state = State::ended;
  limit.reset();
  if (was_open) {
    ERR_clear_error();
    SSL_shutdown(ssl.get());  // our close_notify; the far end's is not waited for (RFC 8446 §6.1)
    flush();
  }
  if (socket) return socket->finish(std::move(gone));
  loop.post([weak = weak_from_this(), gone = std::move(gone)] {
    if (!weak.expired()) gone();
  });
}

void TlsStream::Op::fail_soon(Error error) {
  if (failure) return;
  failure = std::move(error);
  loop.post([weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self) self->end(*self->failure);
  });
}

// Only from the loop.
void TlsStream::Op::end(Error error) {
  if (state == State::ended) return;
  close();
  if (handlers.on_end) std::exchange(handlers.on_end, nullptr)(std::move(error));
}

void TlsStream::Op::close() {
  // A connection that broke takes its session along otherwise (RFC 5246 §7.2.1 no longer asks
  // that).
  if (state == State::open) {
    SSL_set_shutdown(ssl.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  }
  state = State::ended;
  limit.reset();
  socket.reset();
}

std::unique_ptr<TlsStream> TlsStream::connect(Loop& loop, const StreamRoute& route, Options options,
                                              StreamHandlers handlers) {
  const Duration limit = options.handshake_limit;
  auto op = std::make_shared<Op>(loop, std::move(options), std::move(handlers));
  if (op->start(route.remote, limit)) {
    op->socket = StreamSocket::connect(loop, route, op->socket_handlers());
  }
  return std::unique_ptr<TlsStream>(new TlsStream(std::move(op)));
}

std::unique_ptr<TlsStream> TlsStream::accept(Loop& loop, AcceptedConnection connection,
                                             const SocketSetup& setup, Options options,
                                             StreamHandlers handlers) {
  const Duration limit = options.handshake_limit;
  auto op = std::make_shared<Op>(loop, std::move(options), std::move(handlers));
  if (op->start(connection.remote, limit)) {
    op->socket = StreamSocket::adopt(loop, std::move(connection), setup, op->socket_handlers());
  }
  return std::unique_ptr<TlsStream>(new TlsStream(std::move(op)));
}

TlsStream::~TlsStream() {
  op_->close();
}

void TlsStream::write(std::string_view bytes) {
  op_->write(bytes);
}

void TlsStream::finish(std::function<void()> gone) {
  op_->finish(std::move(gone));
}

const net::SocketAddress& TlsStream::local() const {
  static const net::SocketAddress kNowhere;
  return op_->socket ? op_->socket->local() : kNowhere;
}

bool TlsStream::resumed() const {
  return SSL_session_reused(op_->ssl.get()) == 1;
}

std::string TlsStream::version() const {
  return SSL_get_version(op_->ssl.get());
}

}  // namespace godwit::io
