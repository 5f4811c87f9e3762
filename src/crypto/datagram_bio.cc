// SPDX-License-Identifier: Apache-2.0
#include "crypto/datagram_bio.h"

#include <sys/time.h>

#include <algorithm>
#include <cstring>

namespace godwit::crypto {
namespace {

Datagrams& datagrams_of(BIO* bio) {
  return *static_cast<Datagrams*>(BIO_get_data(bio));
}

// What does not fit into the buffer is lost, as with a socket.
int read_datagram(BIO* bio, char* buffer, int room) {
  Datagrams& datagrams = datagrams_of(bio);
  BIO_clear_retry_flags(bio);
  if (datagrams.incoming.empty() || room <= 0) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const std::size_t size = std::min(datagrams.incoming.size(), static_cast<std::size_t>(room));
  std::memcpy(buffer, datagrams.incoming.data(), size);
  if (!datagrams.peek) datagrams.incoming = {};
  return static_cast<int>(size);
}

int write_datagram(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  if (size <= 0) return 0;
  const auto* const first = reinterpret_cast<const std::byte*>(bytes);
  datagrams_of(bio).outgoing.emplace_back(first, first + size);
  return size;
}

// Answers of 0 mean "I do not know": the size of datagrams is set at the SSL object.
long control(BIO* bio, int command, long number, void* told) {
  Datagrams& datagrams = datagrams_of(bio);
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_PENDING:
      return static_cast<long>(datagrams.incoming.size());
    case BIO_CTRL_DGRAM_SET_PEEK_MODE:
      datagrams.peek = number != 0;
      return 1;
    case BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT: {
      const auto* const at = static_cast<const timeval*>(told);
      const bool runs = at->tv_sec != 0 || at->tv_usec != 0;
      datagrams.timer = runs ? Datagrams::Timer::started : Datagrams::Timer::stopped;
      return 1;
    }
    default:
      return 0;
  }
}

const BIO_METHOD* datagram_method() {
  static const OpenSslPointer<BIO_METHOD, BIO_meth_free> method = [] {
    OpenSslPointer<BIO_METHOD, BIO_meth_free> made(
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams in memory"));
    if (made && (BIO_meth_set_read(made.get(), read_datagram) != 1 ||
                 BIO_meth_set_write(made.get(), write_datagram) != 1 ||
                 BIO_meth_set_ctrl(made.get(), control) != 1)) {
      made.reset();
    }
    return made;
  }();
  return method.get();
}

}  // namespace

OpenSslPointer<BIO, BIO_free> make_datagram_bio(Datagrams& datagrams) {
  const BIO_METHOD* const method = datagram_method();
  OpenSslPointer<BIO, BIO_free> bio(method != nullptr ? BIO_new(method) : nullptr);
  if (!bio) return nullptr;
  BIO_set_data(bio.get(), &datagrams);
  BIO_set_init(bio.get(), 1);
  return bio;
}

}  // namespace godwit::crypto
