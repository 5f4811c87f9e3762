// SPDX-License-Identifier: Apache-2.0
#include "sdp/protection_exchange.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/base64.h"

namespace godwit::sdp {
namespace {

using enum ProtectionPolicy;

const std::string kSuite = "AES_CM_128_HMAC_SHA1_80";
const net::SocketAddress kHere = *net::SocketAddress::parse("10.1.0.2:40000");
const net::SocketAddress kThere = *net::SocketAddress::parse("10.2.0.2:5004");

/// What a line tells of keys.
enum class Keys { none, sdes, dtls, both, unknown_suite };

Media line_of(const char* protocol, Keys keys, const char* setup = "actpass") {
  Media line;
  line.type = "audio";
  line.port = 5004;
  line.protocol = protocol;
  const std::string key = "inline:" + crypto::to_base64(std::vector<std::uint8_t>(30, 7));
  if (keys == Keys::sdes || keys == Keys::both) {
    line.attributes.push_back({"crypto", "1 " + kSuite + " " + key});
  }
  if (keys == Keys::unknown_suite) line.attributes.push_back({"crypto", "1 F8_128 " + key});
  if (keys == Keys::dtls || keys == Keys::both) {
    const Fingerprint fingerprint{"sha-256", std::vector<std::uint8_t>(32, 9)};
    line.attributes.push_back({"fingerprint", to_string(fingerprint)});
    line.attributes.push_back({"setup", setup});
  }
  return line;
}

std::string text_of(const MediaProtection& protection) {
  if (std::holds_alternative<SdesProtection>(protection)) return "sdes";
  return std::holds_alternative<DtlsProtection>(protection) ? "dtls" : "plain";
}
std::string text_of(const Error& error) {
  return error.code == Errc::not_protected ? "not protected" : "failed";
}

class ProtectionTest : public ::testing::Test {
 protected:
  ProtectionExchange make(ProtectionPolicy policy, Keying keying = Keying::sdes) {
    const Fingerprint own{"sha-256", std::vector<std::uint8_t>(32, 1)};
    return ProtectionExchange({policy, keying, {kSuite}, {own}, &random_});
  }
  /// Protocol and keys of an offer: "RTP/SAVP sdes".
  static std::string offer(ProtectionExchange& exchange, const std::string& so_far = {}) {
    Media line;
    if (!exchange.put_offer(line, kHere, so_far)) return "none";
    const bool crypto = find_attribute(line.attributes, "crypto") != nullptr;
    const bool fingerprint = find_attribute(line.attributes, "fingerprint") != nullptr;
    return line.protocol + (crypto ? " sdes" : "") + (fingerprint ? " dtls" : "");
  }
  static std::string take(ProtectionExchange& exchange, const Media& answer) {
    const auto taken = exchange.take_answer({}, answer, kThere);
    return taken ? text_of(*taken) : text_of(taken.error());
  }
  static std::string answer(ProtectionExchange& exchange, const Media& offered) {
    const auto fits = exchange.check_offer({}, offered);
    if (!fits) return text_of(fits.error());
    Media line;
    return text_of(exchange.put_answer({}, offered, line, {kHere, kThere}));
  }

  SeededRandom random_{11};
};

TEST_F(ProtectionTest, OffersAsThePolicySays) {
  const auto first = [&](ProtectionPolicy policy, Keying keying) {
    auto exchange = make(policy, keying);
    return offer(exchange);
  };
  EXPECT_EQ(first(never, Keying::sdes), "RTP/AVP");
  EXPECT_EQ(first(accepted, Keying::dtls), "RTP/AVP");
  EXPECT_EQ(first(preferred, Keying::sdes), "RTP/AVP sdes");
  EXPECT_EQ(first(preferred, Keying::dtls), "RTP/AVP dtls");
  EXPECT_EQ(first(required, Keying::sdes), "RTP/SAVP sdes");
  EXPECT_EQ(first(required, Keying::dtls), "UDP/TLS/RTP/SAVP dtls");
}

TEST_F(ProtectionTest, OffersTheOtherWayOfKeyingWhereItsOwnIsImpossible) {
  ProtectionExchange no_certificate({required, Keying::dtls, {kSuite}, {}, &random_});
  EXPECT_EQ(offer(no_certificate), "RTP/SAVP sdes");
  ProtectionExchange nothing({required, Keying::dtls, {}, {}, &random_});
  EXPECT_EQ(offer(nothing), "none");
  ProtectionExchange wish({preferred, Keying::dtls, {}, {}, &random_});
  EXPECT_EQ(offer(wish), "RTP/AVP");
}

struct Row {
  const char* protocol;
  Keys keys;
  // What comes of it by the policies never, accepted, preferred, required.
  const char* outcomes[4];
};
void PrintTo(const Row& row, std::ostream* out) {
  *out << row.protocol << ' ' << static_cast<int>(row.keys);
}

class OfferedLineTest : public ProtectionTest, public ::testing::WithParamInterface<Row> {};
INSTANTIATE_TEST_SUITE_P(
    Lines, OfferedLineTest,
    ::testing::Values(
        Row{"RTP/AVP", Keys::none, {"plain", "plain", "plain", "not protected"}},
        Row{"RTP/AVPF", Keys::none, {"plain", "plain", "plain", "not protected"}},
        Row{"RTP/AVP", Keys::sdes, {"plain", "sdes", "sdes", "sdes"}},
        Row{"RTP/AVP", Keys::dtls, {"plain", "dtls", "dtls", "dtls"}},
        Row{"RTP/AVP", Keys::unknown_suite, {"plain", "plain", "plain", "not protected"}},
        Row{"RTP/SAVP", Keys::none, {"failed", "failed", "failed", "failed"}},
        Row{"RTP/SAVP", Keys::sdes, {"failed", "sdes", "sdes", "sdes"}},
        Row{"RTP/SAVPF", Keys::sdes, {"failed", "sdes", "sdes", "sdes"}},
        Row{"RTP/SAVPF", Keys::dtls, {"failed", "dtls", "dtls", "dtls"}},
        Row{"RTP/SAVP", Keys::both, {"failed", "sdes", "sdes", "sdes"}},
        Row{"RTP/SAVP", Keys::unknown_suite, {"failed", "failed", "failed", "failed"}},
        Row{"UDP/TLS/RTP/SAVP", Keys::dtls, {"failed", "dtls", "dtls", "dtls"}},
        Row{"UDP/TLS/RTP/SAVPF", Keys::both, {"failed", "dtls", "dtls", "dtls"}},
        Row{"UDP/TLS/RTP/SAVP", Keys::sdes, {"failed", "failed", "failed", "failed"}},
        Row{"udptl", Keys::none, {"failed", "failed", "failed", "failed"}}));

TEST_P(OfferedLineTest, IsAnsweredAsThePolicySays) {
  const auto line = line_of(GetParam().protocol, GetParam().keys);
  for (const auto policy : {never, accepted, preferred, required}) {
    auto exchange = make(policy);
    EXPECT_EQ(answer(exchange, line), GetParam().outcomes[static_cast<int>(policy)])
        << "policy " << static_cast<int>(policy);
  }
}

class AnswerLineTest : public ProtectionTest, public ::testing::WithParamInterface<Row> {};
INSTANTIATE_TEST_SUITE_P(
    Lines, AnswerLineTest,
    ::testing::Values(
        Row{"RTP/AVP", Keys::none, {"plain", "plain", "plain", "not protected"}},
        Row{"RTP/AVP", Keys::sdes, {"plain", "plain", "sdes", "sdes"}},
        Row{"RTP/SAVP", Keys::sdes, {"failed", "failed", "sdes", "sdes"}},
        Row{"RTP/SAVP", Keys::none, {"failed", "failed", "failed", "failed"}},
        Row{"RTP/SAVP", Keys::unknown_suite, {"failed", "failed", "failed", "failed"}},
        Row{"RTP/AVP", Keys::unknown_suite, {"plain", "plain", "failed", "failed"}},
        Row{"RTP/AVP", Keys::dtls, {"plain", "plain", "plain", "not protected"}}));

TEST_P(AnswerLineTest, IsTakenAsThePolicySays) {
  const auto line = line_of(GetParam().protocol, GetParam().keys);
  for (const auto policy : {never, accepted, preferred, required}) {
    auto exchange = make(policy);
    static_cast<void>(offer(exchange));
    EXPECT_EQ(take(exchange, line), GetParam().outcomes[static_cast<int>(policy)])
        << "policy " << static_cast<int>(policy);
  }
}

TEST_F(ProtectionTest, AnAnswerByDtlsIsTaken) {
  auto exchange = make(required, Keying::dtls);
  static_cast<void>(offer(exchange));
  EXPECT_EQ(take(exchange, line_of("UDP/TLS/RTP/SAVP", Keys::dtls, "active")), "dtls");
}

TEST_F(ProtectionTest, OfTwoWaysTheOneInUseGoesOn) {
  auto exchange = make(accepted, Keying::dtls);
  EXPECT_EQ(answer(exchange, line_of("RTP/SAVP", Keys::sdes)), "sdes");
  EXPECT_EQ(answer(exchange, line_of("RTP/SAVP", Keys::both)), "sdes");
  EXPECT_EQ(offer(exchange, "RTP/SAVP"), "RTP/SAVP sdes");
}

/// Every way by which the sound of a call may have come to be protected; afterwards nothing plain is
/// taken, in either direction, and what is offered is protected.
struct Beginning {
  ProtectionPolicy policy;
  bool we_offer;
  Keys keys;
  const char* protocol;
};
void PrintTo(const Beginning& beginning, std::ostream* out) {
  *out << (beginning.we_offer ? "we offer " : "they offer ") << beginning.protocol << ", policy "
       << static_cast<int>(beginning.policy) << ", keys " << static_cast<int>(beginning.keys);
}
class NeverDowngradedTest : public ProtectionTest, public ::testing::WithParamInterface<Beginning> {
 protected:
  void begin(ProtectionExchange& exchange) {
    const auto& [policy, we_offer, keys, protocol] = GetParam();
    const auto line = line_of(protocol, keys, we_offer ? "active" : "actpass");
    if (we_offer) static_cast<void>(offer(exchange));
    ASSERT_EQ(we_offer ? take(exchange, line) : answer(exchange, line),
              keys == Keys::sdes ? "sdes" : "dtls");
  }
  Keying keying() const { return GetParam().keys == Keys::sdes ? Keying::sdes : Keying::dtls; }
};
INSTANTIATE_TEST_SUITE_P(
    Beginnings, NeverDowngradedTest,
    ::testing::Values(Beginning{accepted, false, Keys::sdes, "RTP/SAVP"},
                      Beginning{accepted, false, Keys::sdes, "RTP/AVP"},
                      Beginning{accepted, false, Keys::dtls, "UDP/TLS/RTP/SAVP"},
                      Beginning{preferred, false, Keys::sdes, "RTP/SAVP"},
                      Beginning{preferred, false, Keys::dtls, "RTP/AVP"},
                      Beginning{preferred, true, Keys::sdes, "RTP/AVP"},
                      Beginning{preferred, true, Keys::dtls, "RTP/AVP"},
                      Beginning{required, true, Keys::sdes, "RTP/SAVP"},
                      Beginning{required, true, Keys::dtls, "UDP/TLS/RTP/SAVP"},
                      Beginning{required, false, Keys::sdes, "RTP/SAVP"}));

TEST_P(NeverDowngradedTest, NeitherByAnOfferNorByAnAnswer) {
  auto exchange = make(GetParam().policy, keying());
  begin(exchange);
  const std::string offered =
      GetParam().protocol + std::string(GetParam().keys == Keys::sdes ? " sdes" : " dtls");
  for (int turn = 0; turn < 2; ++turn) {
    EXPECT_EQ(answer(exchange, line_of("RTP/AVP", Keys::none)), "not protected");
    EXPECT_EQ(offer(exchange, GetParam().protocol), offered);
    EXPECT_EQ(take(exchange, line_of("RTP/AVP", Keys::none)), "not protected");
    EXPECT_EQ(take(exchange, line_of("RTP/SAVP", Keys::none)), "failed");
  }
  EXPECT_EQ(answer(exchange, line_of("RTP/SAVP", Keys::sdes)), "sdes") << "and goes on";
}

TEST_F(ProtectionTest, WornKeysAreFollowedByOthersAtTheSameAddress) {
  auto exchange = make(required);
  const auto offered_key = [&] {
    Media line;
    EXPECT_TRUE(exchange.put_offer(line, kHere, {}));
    return find_attribute(line.attributes, "crypto")->value;
  };
  const auto first = offered_key();
  EXPECT_EQ(take(exchange, line_of("RTP/SAVP", Keys::sdes)), "sdes");
  EXPECT_EQ(offered_key(), first);
  exchange.renew();
  const auto second = offered_key();
  EXPECT_NE(second, first);
  EXPECT_EQ(offered_key(), second);
}

}  // namespace
}  // namespace godwit::sdp
