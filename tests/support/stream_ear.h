// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/stream_listener.h"
#include "io/stream_socket.h"

namespace godwit::test {

/// One end of a stream, with all that it told.
struct StreamEar {
  std::unique_ptr<io::Stream> stream;
  int opened = 0;
  std::string heard;
  std::vector<Error> ends;

  io::StreamHandlers handlers() {
    return {.on_open = [this] { ++opened; },
            .on_bytes = [this](std::string_view bytes) { heard += bytes; },
            .on_end = [this](Error error) { ends.push_back(std::move(error)); }};
  }
  [[nodiscard]] std::error_code end_code() const {
    return ends.empty() ? std::error_code{} : ends.front().code;
  }
};

/// A listener that keeps who came.
struct StreamDoor {
  std::vector<io::AcceptedConnection> came;
  std::optional<io::StreamListener> listener;

  StreamDoor(io::Loop& loop, const net::IpAddress& address) {
    auto opened = io::StreamListener::open(
        loop, {address, 0}, {.use = SocketUse::sip_listener},
        [this](io::AcceptedConnection connection) { came.push_back(std::move(connection)); });
    if (opened) listener.emplace(std::move(*opened));
  }
  [[nodiscard]] const net::SocketAddress& local() const { return listener->local(); }
};

/// What can be read now.
inline std::string read_now(int fd, std::size_t most = 1024 * 1024) {
  std::string text(most, '\0');
  const ssize_t size = ::recv(fd, text.data(), text.size(), MSG_DONTWAIT);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return text;
}

/// The far end has said that nothing more comes.
inline bool at_end(int fd) {
  char byte = 0;
  return ::recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 0;
}

/// Closes with a reset.
inline void reset(io::FileDescriptor& fd) {
  const linger none{1, 0};
  static_cast<void>(::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &none, sizeof none));
  fd.close();
}

inline std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

}  // namespace godwit::test
