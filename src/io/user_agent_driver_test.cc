// SPDX-License-Identifier: Apache-2.0
#include "io/user_agent_driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "audio/silence.h"
#include "io/udp_socket.h"

namespace godwit::io {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class SilentAudio final : public ua::AudioFactory {
 public:
  Result<std::unique_ptr<audio::Source>> open_source(const PlaySource&) override {
    return std::make_unique<audio::SilenceSource>();
  }
  Result<std::unique_ptr<audio::Sink>> open_sink(const std::string&, audio::Channels) override {
    return std::make_unique<audio::NullSink>();
  }
};

// Somebody on a loop of his own who answers every request with 200, as a server would.
class Responder {
 public:
  explicit Responder(const net::IpAddress& local) {
    UdpHandlers handlers;
    handlers.on_datagram = [this](const Datagram& request) { answer(request); };
    handlers.on_unreachable = [](const net::SocketAddress&, std::error_code) {};
    socket_.emplace(*UdpSocket::open(loop_, {local, 0}, {}, std::move(handlers)));
  }

  [[nodiscard]] const net::SocketAddress& address() const { return socket_->local(); }
  [[nodiscard]] std::string target() const {
    return "sip:" + net::to_uri_host(address().address) + ":" + std::to_string(address().port);
  }
  void serve() { loop_.poll({}); }
  void leave() { socket_.reset(); }

  std::vector<std::string> requests;

 private:
  void answer(const Datagram& request) {
    const std::string text(reinterpret_cast<const char*>(request.bytes.data()),
                           request.bytes.size());
    requests.push_back(text);
    std::string reply = "SIP/2.0 200 OK\r\n";
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find("\r\n", at);
      const std::string line = text.substr(at, end - at + 2);
      for (const auto* name : {"Via:", "From:", "To:", "Call-ID:", "CSeq:"}) {
        if (line.starts_with(name)) reply += line;
      }
      at = end == std::string::npos ? text.size() : end + 2;
    }
    reply += "Content-Length: 0\r\n\r\n";
    socket_->send({}, request.remote, std::as_bytes(std::span(reply)));
  }

  Loop loop_;
  std::optional<UdpSocket> socket_;
};

class UserAgentDriverTest : public ::testing::TestWithParam<std::string_view> {
 protected:
  std::unique_ptr<UserAgentDriver> make(UserAgentOptions options = {}) {
    auto driver =
        std::make_unique<UserAgentDriver>(std::move(options), std::make_unique<SilentAudio>());
    driver->on_event([this](const Event& event, const EventTime& time) {
      events_.push_back(event);
      times_.push_back(time);
    });
    return driver;
  }

  static Result<QueryId> query(UserAgentDriver& driver, const std::string& target) {
    return driver.command(
        [&](ua::Engine& engine, TimePoint now) { return engine.query_options(target, now); });
  }

  template <class Condition>
  bool serve_until(UserAgentDriver& driver, Condition condition) {
    const auto deadline = driver.now() + 5s;
    while (!condition() && driver.now() < deadline) {
      driver.poll(1ms);
      server_.serve();
    }
    return condition();
  }
  bool answered(UserAgentDriver& driver) {
    return serve_until(driver, [&] { return !events_.empty(); });
  }
  const OptionsAnswered* answer() const {
    return events_.empty() ? nullptr : std::get_if<OptionsAnswered>(&events_.front());
  }

  Responder server_{*net::IpAddress::parse(GetParam())};
  std::vector<Event> events_;
  std::vector<EventTime> times_;
};

INSTANTIATE_TEST_SUITE_P(Families, UserAgentDriverTest, ::testing::Values("127.0.0.1", "::1"));

TEST_P(UserAgentDriverTest, RequestGoesOutAndItsAnswerBecomesAnEvent) {
  const auto driver = make();
  const auto asked = query(*driver, server_.target());
  ASSERT_TRUE(asked) << asked.error().detail;
  EXPECT_THAT(events_, IsEmpty()) << "never from inside a call";
  ASSERT_TRUE(answered(*driver));
  ASSERT_NE(answer(), nullptr);
  EXPECT_EQ(answer()->query, *asked);
  EXPECT_EQ(answer()->status, 200);
  EXPECT_THAT(server_.requests, ::testing::SizeIs(1));
}

TEST_P(UserAgentDriverTest, EventsCarryBothClocks) {
  const auto driver = make();
  const auto start = driver->now();
  const auto wall_start = std::chrono::system_clock::now();
  ASSERT_TRUE(query(*driver, server_.target()));
  ASSERT_TRUE(answered(*driver));
  EXPECT_GE(times_[0].monotonic, start);
  EXPECT_LE(times_[0].monotonic, driver->now());
  EXPECT_GE(times_[0].wall, wall_start - 50ms);
  EXPECT_LE(times_[0].wall, std::chrono::system_clock::now());
}

TEST_P(UserAgentDriverTest, NobodyThereIsToldAtOnceByIcmp) {
  const auto driver = make();
  const std::string target = server_.target();
  server_.leave();
  ASSERT_TRUE(query(*driver, target));
  ASSERT_TRUE(serve_until(*driver, [&] { return !events_.empty(); })) << "long before timer F";
  ASSERT_NE(answer(), nullptr);
  EXPECT_EQ(answer()->status, 0);
  EXPECT_THAT(answer()->reason, Not(IsEmpty()));
}

TEST_P(UserAgentDriverTest, TapSeesWhatIsSentAndWhatComes) {
  std::vector<std::string> tapped;
  UserAgentOptions options;
  options.tap = [&](const TappedMessage& message) {
    tapped.push_back(std::string(message.sent ? "> " : "< ") + std::string(message.bytes));
    EXPECT_EQ(message.remote, to_string(server_.address()));
    EXPECT_THAT(message.local, HasSubstr(net::to_uri_host(server_.address().address)));
  };
  const auto driver = make(std::move(options));
  ASSERT_TRUE(query(*driver, server_.target()));
  ASSERT_TRUE(answered(*driver));
  EXPECT_THAT(tapped,
              ::testing::ElementsAre(HasSubstr("> OPTIONS sip:"), HasSubstr("< SIP/2.0 200")));
}

TEST_P(UserAgentDriverTest, HandlerMayDestroyTheDriver) {
  auto driver = make();
  bool called = false;
  driver->on_event([&](const Event&, const EventTime&) {
    EXPECT_FALSE(called) << "nothing comes from a destroyed driver";
    called = true;
    driver.reset();
  });
  ASSERT_TRUE(query(*driver, server_.target()));
  ASSERT_TRUE(query(*driver, server_.target()));
  const auto deadline = driver->now() + 5s;
  while (driver && driver->now() < deadline) {
    server_.serve();
    driver->poll(1ms);
  }
  EXPECT_TRUE(called);
}

TEST_P(UserAgentDriverTest, HandlerMayPutInCommandsAndChangeItself) {
  const auto driver = make();
  int first = 0;
  int second = 0;
  driver->on_event([&](const Event&, const EventTime&) {
    ++first;
    EXPECT_TRUE(query(*driver, server_.target()));
    driver->on_event([&](const Event&, const EventTime&) { ++second; });
  });
  ASSERT_TRUE(query(*driver, server_.target()));
  ASSERT_TRUE(serve_until(*driver, [&] { return second == 1; }));
  EXPECT_EQ(first, 1);
}

TEST_P(UserAgentDriverTest, StopFromAnotherThreadEndsRun) {
  const auto driver = make();
  std::thread other([&] { driver->post([&] { driver->stop(); }); });
  driver->run();
  other.join();
}

TEST_P(UserAgentDriverTest, HintsFromManyThreadsAreHarmless) {
  for (const bool automatic : {true, false}) {
    UserAgentOptions options;
    options.network.automatic = automatic;
    const auto driver = make(std::move(options));
    ASSERT_TRUE(query(*driver, server_.target()));
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 50; ++n) driver->notify_network_changed();
      });
    }
    EXPECT_TRUE(answered(*driver));
    for (auto& thread : threads) thread.join();
    driver->poll({});
    ASSERT_NE(answer(), nullptr);
    EXPECT_EQ(answer()->status, 200);
    events_.clear();
  }
}

TEST_P(UserAgentDriverTest, WithoutWatchingTheNetworkTheFirstLookIsThereAll) {
  UserAgentOptions options;
  options.network.automatic = false;
  const auto driver = make(std::move(options));
  ASSERT_TRUE(query(*driver, server_.target()));
  ASSERT_TRUE(answered(*driver));
  ASSERT_NE(answer(), nullptr);
  EXPECT_EQ(answer()->status, 200);
}

}  // namespace
}  // namespace godwit::io
