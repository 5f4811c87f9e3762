// SPDX-License-Identifier: Apache-2.0
#include "loop.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <vector>

#include "allocation_count.h"
#include "message_file.h"

namespace bench {
namespace {

/// Processor time of this thread: what other programs take from the machine does not count.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

struct Timed {
  std::size_t messages = 0;
  std::size_t bytes = 0;
  double seconds = 0;
};

void print_head(const Parser& parser, const char* work) {
  std::printf(R"({"parser":"%s","version":"%s","work":"%s")", parser.name.c_str(),
              parser.version.c_str(), work);
}

void print_timed(const Parser& parser, const char* work, const Timed& timed, std::uint64_t sum) {
  const auto messages = static_cast<double>(timed.messages);
  print_head(parser, work);
  std::printf(R"(,"messages":%zu,"seconds":%.6f,"messages_per_s":%.1f,"mb_per_s":%.3f,"sum":%llu})",
              timed.messages, timed.seconds, messages / timed.seconds,
              1e-6 * static_cast<double>(timed.bytes) / timed.seconds,
              static_cast<unsigned long long>(sum));
  std::puts("");
}

std::uint64_t total(const Readings& readings) {
  return readings.message.sum() + readings.media.sum() + readings.origin.sum() +
         readings.message.touched() + readings.media.touched();
}

/// All messages once.
void parse_all(const Parser& parser, const MessageFile& file, Readings& readings) {
  for (const std::string& message : file.messages()) parser.parse(message, readings);
}

int time_parse(const Parser& parser, const MessageFile& file, double seconds) {
  Readings readings;
  parse_all(parser, file, readings);  // caches warm, heap grown
  Timed timed;
  const auto started = processor_seconds();
  do {
    parse_all(parser, file, readings);
    timed.messages += file.messages().size();
    timed.bytes += file.bytes();
    timed.seconds = processor_seconds() - started;
  } while (timed.seconds < seconds);
  print_timed(parser, "parse", timed, total(readings));
  return 0;
}

/// Messages that were parsed, a few at a time as a program would hold them.
class Kept {
 public:
  static constexpr std::size_t kBatch = 100;

  Kept(const Parser& parser, const std::vector<std::string>& messages, std::size_t begin)
      : parser_(parser) {
    const auto end = std::min(begin + kBatch, messages.size());
    for (std::size_t i = begin; i < end; ++i) messages_.push_back(parser.keep(messages[i]));
  }
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  ~Kept() {
    for (void* const message : messages_) parser_.release(message);
  }
  [[nodiscard]] const std::vector<void*>& messages() const { return messages_; }

 private:
  const Parser& parser_;
  std::vector<void*> messages_;
};

/// Writes every message once, so that a library's cache of what it wrote is no help. Only the
/// writing is timed.
void write_all(const Parser& parser, const MessageFile& file, Timed& timed) {
  for (std::size_t at = 0; at < file.messages().size(); at += Kept::kBatch) {
    const Kept kept(parser, file.messages(), at);
    const auto started = processor_seconds();
    for (void* const message : kept.messages()) parser.write(message, nullptr);
    timed.seconds += processor_seconds() - started;
    timed.messages += kept.messages().size();
  }
  timed.bytes += file.bytes();
}

int time_write(const Parser& parser, const MessageFile& file, double seconds) {
  Timed warm_up;
  write_all(parser, file, warm_up);
  Timed timed;
  const auto started = processor_seconds();
  do {
    write_all(parser, file, timed);
  } while (timed.seconds < seconds / 2 && processor_seconds() - started < 2 * seconds);
  print_timed(parser, "write", timed, 0);
  return 0;
}

struct Averages {
  std::uint64_t allocations = 0;
  std::uint64_t bytes = 0;
  std::int64_t peak = 0;
};

/// Adds what `work` takes from the heap.
template <class Work>
void count_one(AllocationCount& count, Averages& sums, Work work) {
  count = AllocationCount{};
  work();
  sums.allocations += count.allocations;
  sums.bytes += count.bytes;
  sums.peak += count.peak;
}

void print_counts(const Parser& parser, const char* work, const Averages& sums, std::size_t n) {
  const auto messages = static_cast<double>(n);
  print_head(parser, work);
  std::printf(R"(,"messages":%zu,"allocations":%.3f,"bytes":%.1f,"peak_bytes":%.1f})", n,
              static_cast<double>(sums.allocations) / messages,
              static_cast<double>(sums.bytes) / messages,
              static_cast<double>(sums.peak) / messages);
  std::puts("");
}

int count_parse(const Parser& parser, const MessageFile& file, AllocationCount& count) {
  Readings readings;
  parse_all(parser, file, readings);  // what a library sets up once does not count
  Averages sums;
  for (const std::string& message : file.messages()) {
    count_one(count, sums, [&] { parser.parse(message, readings); });
  }
  print_counts(parser, "count-parse", sums, file.messages().size());
  return 0;
}

int count_write(const Parser& parser, const MessageFile& file, AllocationCount& count) {
  Averages sums;
  for (std::size_t at = 0; at < file.messages().size(); at += Kept::kBatch) {
    const Kept kept(parser, file.messages(), at);
    for (void* const message : kept.messages()) {
      count_one(count, sums, [&] { parser.write(message, nullptr); });
    }
  }
  print_counts(parser, "count-write", sums, file.messages().size());
  return 0;
}

/// What is written must be accepted again, and read the same.
bool writes_the_same(const Parser& parser, const std::string& message, const Readings& first) {
  if (parser.write == nullptr) return true;
  void* const kept = parser.keep(message);
  if (kept == nullptr) return false;
  std::string copy;
  Readings second;
  const bool written = parser.write(kept, &copy) && parser.parse(copy, second);
  parser.release(kept);
  return written && first.message.sum() == second.message.sum() &&
         first.media.sum() == second.media.sum() && first.origin.sum() == second.origin.sum();
}

int check(const Parser& parser, const MessageFile& file) {
  Readings all;
  std::vector<std::size_t> refused;
  std::vector<std::size_t> written_wrong;
  for (std::size_t i = 0; i < file.messages().size(); ++i) {
    Readings one;
    const auto& message = file.messages()[i];
    if (!parser.parse(message, all) || !parser.parse(message, one))
      refused.push_back(i);
    else if (!writes_the_same(parser, message, one))
      written_wrong.push_back(i);
  }
  print_head(parser, "check");
  std::printf(R"(,"messages":%zu,"bytes":%zu,"writes":%s)", file.messages().size(), file.bytes(),
              parser.write == nullptr ? "false" : "true");
  std::printf(R"(,"message_sum":%llu,"media_sum":%llu,"origin_sum":%llu)",
              static_cast<unsigned long long>(all.message.sum()),
              static_cast<unsigned long long>(all.media.sum()),
              static_cast<unsigned long long>(all.origin.sum()));
  for (const auto& [name, list] :
       {std::pair("refused", &refused), {"written_wrong", &written_wrong}}) {
    std::printf(R"(,"%s":[)", name);
    for (std::size_t i = 0; i < list->size(); ++i)
      std::printf("%s%zu", i == 0 ? "" : ",", (*list)[i]);
    std::printf("]");
  }
  std::puts("}");
  return refused.empty() && written_wrong.empty() ? 0 : 1;
}

int usage(const char* what) {
  std::fprintf(stderr, "%s\nusage: LOOP check|parse|write|count-parse|count-write FILE [SECONDS]\n",
               what);
  return 2;
}

int run_work(const Parser& parser, std::string_view work, const MessageFile& file, double seconds) {
  if (work == "check") return check(parser, file);
  if (work == "parse") return time_parse(parser, file, seconds);
  const bool writes = work == "write" || work == "count-write";
  if (writes && parser.write == nullptr) return usage("this library writes no parsed messages");
  if (work == "write") return time_write(parser, file, seconds);
  if (work != "count-parse" && work != "count-write") return usage("unknown work");
  AllocationCount* const count = allocation_count();
  if (count == nullptr) return usage("libcounting_heap.so is not preloaded");
  return writes ? count_write(parser, file, *count) : count_parse(parser, file, *count);
}

}  // namespace

int run_loop(const Parser& parser, int argc, char** argv) {
  if (argc < 3) return usage("what to do, and with which messages?");
  const auto file = MessageFile::load(argv[2]);
  if (!file || file->messages().empty()) return usage("the file of messages cannot be read");
  const double seconds = argc > 3 ? std::atof(argv[3]) : 1.0;
  return run_work(parser, argv[1], *file, seconds);
}

}  // namespace bench
