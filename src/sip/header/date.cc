// SPDX-License-Identifier: Apache-2.0
#include "sip/header/date.h"

#include <algorithm>
#include <array>

#include "sip/header/number.h"
#include "sip/header/value_reader.h"

namespace godwit::sip {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays{"Sun", "Mon", "Tue", "Wed",
                                                    "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

constexpr std::chrono::sys_seconds kFirst =
    std::chrono::sys_days{std::chrono::year{0} / std::chrono::January / 1};
constexpr std::chrono::sys_seconds kLast =
    std::chrono::sys_days{std::chrono::year{10'000} / std::chrono::January / 1} -
    std::chrono::seconds{1};

/// Goes through the fixed columns of a date.
class DateReader {
 public:
  explicit DateReader(std::string_view text) : text_(text) {}

  [[nodiscard]] const Fault& fault() const { return fault_; }
  [[nodiscard]] std::size_t at() const { return at_; }
  bool fail(const char* what, std::size_t at) {
    fault_ = {what, at};
    return false;
  }

  /// Upper and lower case matter (RFC 3261 §20.17).
  bool expect(std::string_view word, const char* what) {
    if (text_.substr(at_, word.size()) != word) return fail(what, at_);
    at_ += word.size();
    return true;
  }
  bool end() { return at_ == text_.size() || fail("expected nothing after \"GMT\"", at_); }

  bool number(std::size_t digits, unsigned max, unsigned& number, const char* what) {
    const auto column = text_.substr(at_, digits);
    const auto scanned = scan_number(column, max);
    if (column.size() != digits || !scanned) return fail(what, at_);
    number = *scanned;
    at_ += digits;
    return true;
  }

  template <std::size_t kSize>
  bool name(const std::array<std::string_view, kSize>& names, unsigned& index, const char* what) {
    const auto* const found = std::find(names.begin(), names.end(), text_.substr(at_, 3));
    if (found == names.end()) return fail(what, at_);
    index = static_cast<unsigned>(found - names.begin());
    at_ += 3;
    return true;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  Fault fault_;
};

struct Clock {
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
};

// time = 2DIGIT ":" 2DIGIT ":" 2DIGIT            ; 00:00:00 - 23:59:59
bool read_clock(DateReader& reader, Clock& clock) {
  return reader.number(2, 23, clock.hour, "expected an hour, 00 to 23") &&
         reader.expect(":", "expected \":\" after the hour") &&
         reader.number(2, 59, clock.minute, "expected minutes, 00 to 59") &&
         reader.expect(":", "expected \":\" after the minutes") &&
         reader.number(2, 59, clock.second, "expected seconds, 00 to 59");
}

// date1 = 2DIGIT SP month SP 4DIGIT
bool read_day(DateReader& reader, std::chrono::year_month_day& date) {
  unsigned day = 0;
  unsigned month = 0;
  unsigned year = 0;
  const auto day_at = reader.at();
  const bool read = reader.number(2, 31, day, "expected a day of two digits") &&
                    reader.expect(" ", "expected a space after the day") &&
                    reader.name(kMonths, month, "expected a month, \"Jan\" to \"Dec\"") &&
                    reader.expect(" ", "expected a space after the month") &&
                    reader.number(4, 9999, year, "expected a year of four digits");
  if (!read) return false;
  date = std::chrono::year{static_cast<int>(year)} / std::chrono::month{month + 1} /
         std::chrono::day{day};
  return date.ok() || reader.fail("no such day in this month", day_at);
}

std::string two_digits(std::int64_t number) {
  return {static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
}

}  // namespace

// SIP-date = rfc1123-date = wkday "," SP date1 SP time SP "GMT"       (RFC 3261 §25.1)
Scanned<Date> parse_date(std::string_view text) {
  DateReader reader(text);
  unsigned weekday = 0;
  std::chrono::year_month_day day;
  Clock clock;
  const bool read =
      reader.name(kWeekdays, weekday, "expected a day of the week, \"Mon\" to \"Sun\"") &&
      reader.expect(", ", "expected \", \" after the day of the week") && read_day(reader, day) &&
      reader.expect(" ", "expected a space after the year") && read_clock(reader, clock) &&
      reader.expect(" ", "expected a space after the time") &&
      reader.expect("GMT", "expected \"GMT\"") && reader.end();
  if (!read) return tl::unexpected<Fault>(reader.fault());
  return Date{std::chrono::sys_days{day} + std::chrono::hours{clock.hour} +
              std::chrono::minutes{clock.minute} + std::chrono::seconds{clock.second}};
}

std::string to_string(const Date& date) {
  const auto time = std::clamp(date.time, kFirst, kLast);
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day day{days};
  const std::chrono::hh_mm_ss clock{time - days};
  const auto year = static_cast<int>(day.year());
  std::string text(kWeekdays[std::chrono::weekday{days}.c_encoding()]);
  text += ", " + two_digits(static_cast<unsigned>(day.day())) + ' ';
  text += kMonths[static_cast<unsigned>(day.month()) - 1];
  text += ' ' + two_digits(year / 100) + two_digits(year % 100) + ' ';
  text += two_digits(clock.hours().count()) + ':' + two_digits(clock.minutes().count()) + ':' +
          two_digits(clock.seconds().count());
  return text + " GMT";
}

}  // namespace godwit::sip
