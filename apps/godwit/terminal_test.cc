// SPDX-License-Identifier: Apache-2.0
#include "terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <functional>

namespace godwit::cli {
namespace {

/// A terminal without a screen; the child that works on it has it as its own.
class TerminalTest : public testing::Test {
 protected:
  void SetUp() override {
    outer_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (outer_ < 0 || ::grantpt(outer_) != 0 || ::unlockpt(outer_) != 0) {
      GTEST_SKIP() << "no pseudo terminals here";
    }
    name_ = ::ptsname(outer_);
    // Held open, or the settings are gone with the child.
    inner_ = ::open(name_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  }
  void TearDown() override {
    ::close(inner_);
    ::close(outer_);
  }

  /// Runs `f` in a child whose terminal this is. @return how it ended, as waitpid() tells.
  int in_child(const std::function<void(int terminal)>& f) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::setsid();
      const int terminal = ::open(name_.c_str(), O_RDWR);
      ::ioctl(terminal, TIOCSCTTY, 0);
      f(terminal);
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
  }

  [[nodiscard]] bool echoes() const { return (settings(inner_) & ECHO) != 0; }
  static tcflag_t settings(int terminal) {
    termios now{};
    ::tcgetattr(terminal, &now);
    return now.c_lflag;
  }

  int outer_ = -1;
  int inner_ = -1;
  std::string name_;
};

TEST_F(TerminalTest, KeysComeAtOnceAndWithoutEcho) {
  const int status = in_child([](int terminal) {
    const KeyboardMode keys(terminal);
    const tcflag_t now = settings(terminal);
    const bool right = (now & (ICANON | ECHO)) == 0 && (now & ISIG) != 0;
    ::_exit(right ? 7 : 1);
  });
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

TEST_F(TerminalTest, TheEndOfTheScopePutsItBack) {
  in_child([](int terminal) { const KeyboardMode keys(terminal); });
  EXPECT_TRUE(echoes());
}

TEST_F(TerminalTest, AnEndWithoutDestructorsPutsItBackWhenAsked) {
  in_child([](int terminal) {
    const KeyboardMode keys(terminal);
    restore_terminal();
    ::_exit(0);
  });
  EXPECT_TRUE(echoes());
}

TEST_F(TerminalTest, SignalsPutItBackAndStillEndTheProgram) {
  for (const int signal : {SIGHUP, SIGQUIT, SIGABRT, SIGSEGV}) {
    const int status = in_child([signal](int terminal) {
      const KeyboardMode keys(terminal);
      if ((settings(terminal) & ECHO) != 0) ::_exit(1);
      ::raise(signal);
    });
    ASSERT_TRUE(WIFSIGNALED(status)) << signal;
    EXPECT_EQ(WTERMSIG(status), signal);
    EXPECT_TRUE(echoes()) << signal;
  }
}

TEST_F(TerminalTest, APipeIsNoTerminal) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  EXPECT_FALSE(is_our_terminal(ends[0]));
  { const KeyboardMode keys(ends[0]); }
  restore_terminal();
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(TerminalTest, SomebodyElsesTerminalIsNotOurs) {
  EXPECT_FALSE(is_our_terminal(inner_));
}

}  // namespace
}  // namespace godwit::cli
