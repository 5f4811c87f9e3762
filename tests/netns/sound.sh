#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What is spoken and how it is kept secret, with the phones that others use, through Kamailio: sound.sh CASE GODWIT WIRE OUT TONE
# Each side has to hear the other's tone, both have to mean the same codec and protection, and where there is any,
# nothing may be on the wire that can be understood.
set -euo pipefail
# shellcheck source=tests/netns/phone_rig.sh
source "$(dirname "$0")/phone_rig.sh"
# linphone answers with an IPv4 address also where IPv6 is offered, and sends from its IPv6 address.
family=ipv4

# PHONE PROTECTION: how they agree on it, and what the program says of it.
declare -A keying=(
  [plain]='--media-security off'
  [sdes]='--media-security required --srtp-keying sdes'
  [dtls]='--media-security required --srtp-keying dtls')
declare -A told_as=([plain]='' [sdes]='SDES [A-Z0-9_]+' [dtls]='DTLS[ A-Z0-9_]*')
declare -A of_baresip=([plain]='' [sdes]=srtp-mand [dtls]=dtls_srtp)
declare -A of_linphone=([plain]=none [sdes]=srtp [dtls]=dtls)
# What a relay is told to speak on that side.
declare -A of_rtpengine=([plain]=RTP/AVP [sdes]='RTP/SAVP DTLS=off' [dtls]='UDP/TLS/RTP/SAVP SDES-off')
codecs=(PCMU G722 opus)

# phone_up PHONE PROTECTION
phone_up() {
  phone=$1 protection=$2
  up
  phone_codecs=(opus/48000/2 g722 pcmu)
  # This one names the rate at which it samples.
  [ "$phone" != baresip ] || phone_codecs[1]=g722/16000
  baresip_keys=${of_baresip[$2]} linphone_keys=${of_linphone[$2]}
  [ "$2" = plain ] || linphone_needs_keys=1
  "${phone}_up" udp
  [ "$phone" = baresip ] || say autoanswer enable
  # shellcheck disable=SC2206
  alice+=(${keying[$2]})
  capture a
}

# Of both phones alike.
they_call() { if [ "$phone" = baresip ]; then bob dial "sip:$1@example.org"; else say call "sip:$1@example.org"; fi; }
they_hang_up() { if [ "$phone" = baresip ]; then bob hangup; else say terminate; fi; }
their_ear() {
  if [ "$phone" = baresip ]; then bob_heard "$@"; else heard bob.wav "${2:-$ours}" "$1"; fi
}
new_ear() { [ "$phone" = baresip ] || say "record $work/bob.wav"; }

# agreed FILE CODEC: the program tells of that codec, and of the protection of this case.
agreed() {
  local line
  line=$(grep -m 1 '"type":"call.answered"' "$1") || fail "nobody answers"
  grep -qE "\"codec\":\"$2/.*\"protection\":\"${told_as[$protection]}\"" <<<"$line" || fail "not $2 and $protection: $line"
}

# kept_secret [NAMESPACE]: ends the capture; of the sound that went by the wire nothing can be understood, or everything
# in plain calls. (baresip sends RTCP in the clear before it has keys, and its BYE of RTCP after it has thrown them away; it says RTP in
# the clear while only RTCP has keys, when the first flight of our handshake for RTP comes before it listens: "early".)
kept_secret() {
  local other=secret mine=plain way
  timeline "${1:-a}"
  # shellcheck disable=SC2094
  "$wire" sound "${1:-a}.pcapng" >sound
  [ "$protection" = plain ] || other=plain mine=secret
  ! grep -E "^(sent|came rtp) .* $other\$" sound || fail "that is not $mine"
  for way in sent came; do
    grep -qE "^$way rtp .* [0-9]{2,} $mine\$" sound || fail "no sound that is $mine $way: $(cat sound)"
    [ "$protection" != dtls ] || grep -q "^$way dtls" sound || fail "no handshake $way: $(cat sound)"
  done
}

we_call_them() {
  new_ear
  godwit_on a 0 call bob "${alice[@]}" --codecs "$1" --play tone:$ours --record alice.wav --duration 2.5 --events
  agreed last.out "$1"
  heard alice.wav $theirs 1500
  their_ear 1000
}

they_call_us() {
  rm -f alice.wav alice.out
  new_ear
  alice_waits --once --codecs "$1"
  they_call alice
  alice_tells call.media
  until_true 8 alice_hears 1500 || fail "in $1 nothing is heard of $phone"
  they_hang_up
  alice_is_well
  agreed alice.out "$1"
  their_ear 800
}
alice_hears() { [ -s alice.wav ] && heard_for alice.wav $theirs "$1"; }

# Every codec, both ways of calling.
speaks() {
  local codec
  phone_up "$@"
  for codec in "${codecs[@]}"; do
    we_call_them "$codec"
    they_call_us "$codec"
  done
  kept_secret
}
case_baresip_plain() { speaks baresip plain; }
case_baresip_sdes() { speaks baresip sdes; }
case_baresip_dtls() { speaks baresip dtls; }
case_linphone_plain() { speaks linphone plain; }
case_linphone_sdes() { speaks linphone sdes; }
case_linphone_dtls() { speaks linphone dtls; }

# Protection stays while we hold the call, and comes back with it.
is_held() {
  phone_up "$@"
  we_call 'wait call.media' 'for 1.5' hold 'wait call.hold by_us=true' 'for 1.5' resume 'wait call.hold by_us=false' \
    'for 1.5' hang_up 'wait call.ended'
  agreed alice.out opus
  heard alice.wav $theirs 2000 1000
  # What baresip keeps of what it hears ends with the first hold.
  their_ear 1000
  kept_secret
}
case_baresip_sdes_is_held() { is_held baresip sdes; }
case_baresip_dtls_is_held() { is_held baresip dtls; }
case_linphone_sdes_is_held() { is_held linphone sdes; }
case_linphone_dtls_is_held() { is_held linphone dtls; }

# The phone gives us to Carol, who has godwit and demands the same.
transfers_us() {
  phone_up "$@"
  # shellcheck disable=SC2086
  carol_waits --play tone:550 --record "$work/carol.wav" --events ${keying[$2]}
  alice_waits --calls 2
  they_call alice
  alice_tells call.media
  if [ "$phone" = baresip ]; then bob transfer sip:carol@example.org; else say transfer 1 sip:carol@example.org; fi
  alice_tells 'call.transfer.asked.*carol'
  until_true 10 carol_hears $ours || fail "carol does not hear us"
  [ "$(grep -cE "\"call.answered\".*\"protection\":\"${told_as[$protection]}\"" alice.out)" -eq 2 ] ||
    fail "not both calls are protected: $(grep call.answered alice.out)"
  kept_secret
}
case_baresip_sdes_transfers_us() { transfers_us baresip sdes; }
case_linphone_dtls_transfers_us() { transfers_us linphone dtls; }

# our_keys: those that we told in SDP, each once, in the order of their first time.
our_keys() { "$wire" text a.pcapng | awk '/^--- / { sent = $2 == "sent" } sent && /^a=crypto/ && !told[$0]++ { print $2, $3 }'; }

# Our address goes while the sound is protected: a new offer tells new keys, and it goes on.
hears_us_move() {
  phone_up "$@"
  on a sh -c 'echo 1 >/proc/sys/net/ipv4/conf/eth0/promote_secondaries'
  start alice a "$godwit" call bob "${alice[@]}" --play tone:$ours --record "$work/alice.wav" --events --duration 6
  alice_tells call.media
  until_true 8 alice_hears 1500 || fail "nothing is heard of $phone"
  on a sh -c 'ip addr add 10.1.0.7/24 dev eth0 && ip addr del 10.1.0.2/24 dev eth0'
  alice_tells call.ended
  alice_is_well
  agreed alice.out opus
  heard alice.wav $theirs 4000
  kept_secret
  grep -qE '^sent rtp 10\.1\.0\.7:.* secret$' sound || fail "nothing was said from the new address"
}
one_suite=' --srtp-suites AES_CM_128_HMAC_SHA1_80'
# baresip 1.0.0 stays with the first key that it was told, against RFC 4568 7.1.4, and hears us no more.
case_baresip_sdes_hears_us_move() {
  keying[sdes]="--media-security preferred$one_suite" of_baresip[sdes]=srtp
  hears_us_move baresip sdes
  bob_heard 1000
  [ "$(our_keys | wc -l)" -eq 2 ] || fail "not two keys of ours: $(our_keys)"
}
case_linphone_sdes_hears_us_move() {
  keying[sdes]+=$one_suite
  hears_us_move linphone sdes
  their_ear 4000
  [ "$(our_keys | wc -l)" -eq 2 ] || fail "not two keys of ours: $(our_keys)"
}
case_baresip_dtls_hears_us_move() {
  hears_us_move baresip dtls
  bob_heard 4000
}
case_linphone_dtls_hears_us_move() {
  hears_us_move linphone dtls
  their_ear 4000
}

# Its RTCP does not go with RTP: reports have a handshake and keys of their own, and both sides understand those of the other.
case_baresip_dtls_beside_rtp() {
  phone_up baresip dtls
  godwit_on a 0 call bob "${alice[@]}" --play tone:$ours --record alice.wav --duration 14 --quality-every 1 --events
  agreed last.out opus
  heard alice.wav $theirs 10000
  their_ear 10000
  grep -qE '"type":"media.quality".*"round_trip_ms":[0-9]' last.out || fail "no report was understood: $(grep -m 1 media.quality last.out)"
  kept_secret
  local way
  for way in sent came; do
    grep -qE "^$way dtls [^ ]*[13579] [^ ]*[13579] " sound || fail "no handshake of reports $way: $(cat sound)"
    grep -qE "^$way rtcp [^ ]*[13579] [^ ]*[13579] " sound || fail "no reports $way: $(cat sound)"
  done
}

# Who will not is told so, and why: the policy of each side against that of the other.
case_baresip_refuses_what_we_require() {
  keying[plain]='--media-security required'
  phone_up baresip plain
  godwit_on a 3 call bob "${alice[@]}" --events
  grep -q '"call.ended".*"who":"peer","status":488' last.out || fail "what is told: $(tail -n 1 last.out)"
  timeline a
}
case_baresip_requires_what_we_refuse() {
  keying[sdes]='--media-security off'
  phone_up baresip sdes
  godwit_on a 3 call bob "${alice[@]}" --events
  grep -q '"call.ended".*"who":"peer","status":488' last.out || fail "what is told: $(tail -n 1 last.out)"
  alice_waits
  bob dial sip:alice@example.org
  until_true 10 grep -q '488' bob.out || fail "baresip is not refused"
  ! grep -q call.answered alice.out || fail "it was answered"
  timeline a
}

# rtpengine_up: a relay in user space, on core.
rtpengine_up() {
  needs rtpengine
  start rtpengine core rtpengine --config-file=none --interface=10.8.0.2 --listen-ng=10.8.0.2:2223 --table=-1 \
    --foreground --log-stderr --log-level=6 --pidfile="$work/rtpengine.pid"
  until_true 10 relay_listens || fail "rtpengine does not start: $(tail -n 3 rtpengine.err)"
}
relay_listens() { on core ss -Hlun 'sport = :2223' | grep -q .; }

# is_relayed OURS THEIRS: godwit on both sides, and a relay between what each of them means to speak.
is_relayed() {
  sound_of_caller=${of_rtpengine[$1]} sound_of_callee=${of_rtpengine[$2]}
  up RELAY
  rtpengine_up
  capture a
  capture b
  mapfile -t bob < <(as bob; echo --prefer-ipv4)
  # shellcheck disable=SC2086
  start bob b "$godwit" answer "${bob[@]}" --play tone:$theirs --record "$work/bob.wav" --events --once ${keying[$2]}
  wait_for bob.out reg.ok
  local bob_id=$child
  # shellcheck disable=SC2086
  godwit_on a 0 call bob "${alice[@]}" --play tone:$ours --record alice.wav --duration 2.5 --events ${keying[$1]}
  wait "$bob_id" || fail "godwit answer ended with $?: $(tail -n 1 bob.err)"
  heard alice.wav $theirs 1500
  heard bob.wav $ours 1500
  protection=$1
  agreed last.out opus
  kept_secret a
  protection=$2
  agreed bob.out opus
  kept_secret b
}
case_rtpengine_plain_to_sdes() { is_relayed plain sdes; }
case_rtpengine_plain_to_dtls() { is_relayed plain dtls; }
case_rtpengine_sdes_to_plain() { is_relayed sdes plain; }
case_rtpengine_dtls_to_sdes() { is_relayed dtls sdes; }

# sipp_up SCENARIO... : SIPp on core, with the recordings that it brings along
sipp_up() {
  needs sipp
  rig_up a core
  ln -s /usr/share/sip-tester pcap
  TERM=dumb start sipp core sipp "$@" -i 10.8.0.2 -mi 10.8.0.2 -p 6100 -m 1 -nostdin -timeout 30 -timeout_error \
    -trace_err -error_file sipp.errors
  until_true 10 sipp_listens || fail "sipp does not start: $(tail -n 3 sipp.err)"
  sipp=$child
}
sipp_listens() { on core ss -Hlun 'sport = :6100' | grep -q .; }
sipp_is_well() { wait "$sipp" || fail "sipp: $(tail -n 4 sipp.errors)"; }

# It speaks by recordings of packets, of 30 ms each, and of every digit. (Its -rtp_echo tells nothing: our own packets
# with our own SSRC are a loop, RFC 3550 8.2, and not heard.)
case_sipp_plays_to_us() {
  sipp_up -sf "$here/sipp/plays.xml"
  start alice a "$godwit" answer --aor bob@example.org --password-file bob.pw --registrar sip:10.8.0.2:6100 \
    --record "$work/alice.wav" --events --once
  sipp_is_well
  alice_is_well
  [ "$("$tone" loud alice.wav)" -ge 4000 ] || fail "not more than $("$tone" loud alice.wav) ms of sound were heard"
  local digits
  digits=$(sed -nE 's/.*"type":"call.dtmf".*"digit":"(.)".*/\1/p' alice.out | tr -d '\n')
  [ "$digits" = '1023456789*#' ] || fail "it pressed $digits"
}

"case_$case"
