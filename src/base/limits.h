// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace godwit::limits {

// What is read from strangers stops here: the one table of limits. docs/settings.md shows it to
// users with what is answered past each; each has a test at the limit, one past it and at ten times
// it.

// A SIP message.
inline constexpr std::size_t kMessageBytes = 65'535;  // a datagram, or one message of a stream
inline constexpr std::size_t kFields = 256;           // header field values, a list's each counted
inline constexpr std::size_t kVias = 64;              // of those, Via
inline constexpr std::size_t kFieldBytes = 16'384;  // one header field line, folded lines together
inline constexpr std::size_t kUriBytes = 2'048;     // one URI
inline constexpr std::size_t kParameters = 64;      // of one URI or header field value
inline constexpr std::size_t kAuthParameters = 32;  // of one challenge or one set of credentials
inline constexpr std::size_t kChallenges = 32;      // of one response and one kind of field
inline constexpr std::size_t kProducts = 64;        // of User-Agent or Server, comments counted
inline constexpr std::size_t kCommentDepth = 16;   // comments in comments (User-Agent, Retry-After)
inline constexpr std::size_t kFeatureValues = 64;  // of one feature tag (RFC 3840 §9)
inline constexpr std::size_t kHistoryDepth =
    70;  // numbers of one History-Info index, as many as hops

// What a message tells people: Subject, Diversion, History-Info, Reason.
inline constexpr std::size_t kToldEntries = 32;   // of one kind of field
inline constexpr std::size_t kToldBytes = 1'024;  // of one of them

// The way that a registrar wants requests to take, and the way to an agent (RFC 3608, RFC 3327).
inline constexpr std::size_t kServiceRoutes = 16;  // of one 2xx to REGISTER
inline constexpr std::size_t kRegistrars = 8;      // of one account, all of its order of preference
inline constexpr std::size_t kRegisterRedirects = 5;  // 3xx to REGISTER followed in a row
inline constexpr std::size_t kKnownRealms = 4;     // of one account, that its own registrars asked for
inline constexpr std::size_t kGruuBytes = 512;     // of one URI in a 2xx to REGISTER
inline constexpr std::size_t kTemporaryGruus = 8;  // that lead to one account
inline constexpr std::size_t kPaths = 16;          // of one REGISTER

// What a registrar tells of registrations (RFC 3680).
inline constexpr std::size_t kRegInfoBytes = 65'535;       // one document: as many as a message may have
inline constexpr std::size_t kRegInfoRegistrations = 16;   // of one document
inline constexpr std::size_t kRegInfoContacts = 64;        // of one document, and of what is known of a user
inline constexpr std::size_t kRegistrationWatchers = 1'024;  // of one server
inline constexpr std::size_t kWatchersOfOneUser = 8;       // of those, who watch one user's

// What is sent because of requests that do not read: their sender may be forged.
inline constexpr int kMalformedAnswersPerSecond = 100;    // of one agent, to all together
inline constexpr std::size_t kMalformedAnswerGrowth = 2;  // bytes out for each byte in, at most

// Calls of somebody over UDP who has not shown yet that it receives what is sent to it.
inline constexpr int kUnprovenInvitesPerSecond = 100;  // of one agent, of all such sources together
inline constexpr std::size_t kProvenSources = 1'024;   // remembered, of one agent

// A body of several parts (RFC 2046 §5.1).
inline constexpr std::size_t kMultipartDepth = 4;
inline constexpr std::size_t kMultipartParts = 32;  // of all depths together

// A session description.
inline constexpr std::size_t kSdpBytes = 65'535;     // as many as a message may have
inline constexpr std::size_t kSdpLines = 4'096;      // of all sections together
inline constexpr std::size_t kSdpLineBytes = 8'192;  // one line, without its line end
inline constexpr std::size_t kMediaLines = 32;
inline constexpr std::size_t kAttributes = 256;  // in one section
inline constexpr std::size_t kFormats = 128;     // of one media line: all payload types there are
inline constexpr std::size_t kCryptos = 16;      // a=crypto in one section
inline constexpr std::size_t kCryptoKeys = 16;   // of one a=crypto
inline constexpr std::size_t kCandidates = 100;  // a=candidate in one section (RFC 8445 §6.1.2.5)
inline constexpr std::size_t kFormatParameters = 64;  // of one a=fmtp, read as a list
inline constexpr std::size_t kSdpWarnings = 64;       // told of one description
inline constexpr std::size_t kMediaNames = 64;  // host names of c= looked up at once

// A DNS response.
inline constexpr std::size_t kDnsRecords = 256;  // of the answer and authority sections together
inline constexpr std::size_t kDnsAliases = 16;   // CNAMEs in a row, from the name that was asked

// What leads to a next hop: records of a stranger's zone.
inline constexpr std::size_t kTargets = 64;       // places to try, of one next hop
inline constexpr std::size_t kPointers = 16;      // NAPTR records followed, of one domain
inline constexpr std::size_t kHostsAtOnce = 16;   // names whose addresses are asked for together
inline constexpr std::size_t kDnsAnswers = 1'024;  // remembered, of one agent or server
inline constexpr std::size_t kRememberedTargets = 256;  // that failed or worked, of one agent
inline constexpr int kRetryAfterSeconds = 86'400;  // of a 503: for how long it keeps us away

// Sound that comes in.
inline constexpr std::size_t kRtpPayloadBytes = 1'400;  // of one packet that is played
inline constexpr std::size_t kPayloadMilliseconds = 120;  // of the same
inline constexpr std::size_t kWaitingPackets = 128;     // of one call, not played yet

// A STUN message.
inline constexpr std::size_t kStunAttributes = 64;  // of one message
inline constexpr std::size_t kStunTextBytes = 763;  // SOFTWARE or a reason (RFC 8489 §14.8, §14.14)

// Protected sound of one call: what only one who has the key can make us remember.
inline constexpr std::size_t kSrtpPacketBytes = 4'096;  // one SRTP or SRTCP packet
inline constexpr std::size_t kSrtpSources = 64;         // SSRCs under one key
inline constexpr std::size_t kSrtpKeys = 4;             // kept at once: changes follow each other

// RTCP of one stream.
inline constexpr std::size_t kRtcpParts = 32;       // packets of one compound
inline constexpr std::size_t kSsrcConflicts = 4;    // changes of our SSRC, of one call (RFC 3550 §8.2)

// A DTLS handshake on a media path: what has the form of one, and comes before its end.
inline constexpr std::size_t kDtlsDatagramBytes = 16'384;  // of one datagram
inline constexpr std::size_t kDtlsMessageBytes = 16'384;   // of one message, its pieces together
inline constexpr std::size_t kDtlsHandshakeDatagrams = 512;
inline constexpr std::size_t kDtlsHandshakeBytes = 524'288;
// What comes before the signalling that makes sense of it.
inline constexpr std::size_t kDtlsEarlyDatagrams = 4;
inline constexpr std::size_t kDtlsEarlyBytes = 1'500;  // one of them

// A call before its answer: what callees, servers and whoever forks may make of one INVITE.
inline constexpr std::size_t kEarlyDialogs = 16;      // kept at once
inline constexpr std::size_t kPracksAtOnce = 8;       // of one early dialog, not answered yet
inline constexpr std::size_t kRedirectTargets = 16;   // called because of 3xx, of one call

// Those who are told of our calls (RFC 4235).
inline constexpr std::size_t kWatchers = 64;      // of one agent, all its accounts together
inline constexpr std::size_t kBriefDialogs = 16;  // came and ended since its last NOTIFY, of one

// Connections of one server.
inline constexpr std::size_t kServerStreams = 4'096;  // accepted and opened together

// Connections.
inline constexpr std::size_t kStreamSendQueue = 1'048'576;  // bytes that wait in one stream
inline constexpr std::size_t kAcceptedStreams = 1'024;      // of one agent, all listeners together
inline constexpr std::size_t kTlsTickets = 4;               // kept for one name

}  // namespace godwit::limits
