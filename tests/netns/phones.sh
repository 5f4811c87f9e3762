#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Calls with the phones that others use, through Kamailio, each side with a tone of its own that the other has to
# hear: phones.sh CASE GODWIT WIRE OUT TONE
set -euo pipefail
# shellcheck source=tests/netns/rig.sh
source "$(dirname "$0")/rig.sh"
tone=$(realpath "${words[0]}")
ours=440 theirs=660

up() {
  needs baresip
  rig_up a core b
  usual_zone
  name_server
  server kamailio
  mapfile -t alice < <(as alice; echo "--${family:-prefer-ipv4}")
  proxy=10.8.0.2
  [ "${family:-}" != ipv6 ] || proxy='[2001:db8:8::2]'
}

# baresip of bob, on b; it answers by itself, sings, and keeps what it hears.
baresip_up() {
  mkdir baresip
  "$tone" write theirs.wav $theirs 30
  cat >baresip/config <<END
poll_method epoll
call_local_timeout 120
call_max_calls 4
audio_player aubridge,nowhere
audio_alert aubridge,nowhere
audio_source aufile,$work/theirs.wav
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
rtcp_mux no
snd_path $work/baresip
ctrl_tcp_listen 127.0.0.1:4444
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_app ctrl_tcp.so
module_tmp account.so
module_app menu.so
END
  echo "<sip:bob@example.org;transport=$1>;auth_user=bob;auth_pass=builder;outbound=\"sip:$proxy:5060;transport=$1\";answermode=auto;regint=300;audio_codecs=pcmu,pcma" >baresip/accounts
  : >baresip/contacts
  start bob b baresip -f "$work/baresip"
  wait_for bob.out '200 OK'
}

# bob COMMAND [WORDS]: a command of baresip's menu.
bob() {
  local line="{\"command\":\"$1\",\"params\":\"${2:-}\",\"token\":\"t\"}"
  # shellcheck disable=SC2016
  on b bash -c 'exec 3<>/dev/tcp/127.0.0.1/4444; printf "%d:%s," "${#0}" "$0" >&3; read -rt 2 -d "}" -u 3 _' "$line" ||
    fail "baresip does not take: $*"
}

# linphonec of bob, on b; its words come by a pipe, which is held open for writing.
linphone_up() {
  needs linphonec
  mkdir -p linphone/.local/share/linphone linphone/.config/linphone
  export HOME=$work/linphone
  cat >linphone/rc <<END
[sip]
sip_port=5060
sip_tcp_port=5060
sip_tls_port=-2
default_proxy=0
use_ipv6=1
media_encryption=none
[rtp]
download_ptime=0
[net]
mtu=1300
[proxy_0]
reg_proxy=<sip:$proxy:5060;transport=$1>
reg_route=<sip:$proxy:5060;transport=$1;lr>
reg_identity=sip:bob@example.org
reg_expires=300
reg_sendregister=1
publish=0
[auth_info_0]
username=bob
passwd=builder
realm=example.org
domain=example.org
[audio_codec_0]
mime=PCMU
rate=8000
channels=1
enabled=1
[audio_codec_1]
mime=PCMA
rate=8000
channels=1
enabled=1
END
  "$tone" write theirs.wav $theirs 30
  mkfifo linphone/words
  exec {linphone}<>linphone/words
  (exec nsenter --net=/run/netns/b stdbuf -oL linphonec -c "$work/linphone/rc" -d 6 -l "$work/linphone/log") >bob.out 2>bob.err <linphone/words &
  child=$!
  say soundcard use files
  say "play $work/theirs.wav"
  say "record $work/bob.wav"
  wait_for linphone/log LinphoneRegistrationOk
}
say() { echo "$*" >&"$linphone"; }

# heard FILE HZ LEAST [PAUSE]: so many milliseconds of the tone, with so long a pause in it.
heard() {
  local length pause
  read -r length pause < <("$tone" heard "$1" "$2") || fail "there is no sound in $1"
  [ "$length" -ge "$3" ] || fail "$2 Hz was heard for $length ms, not $3, in $1"
  [ "$pause" -ge "${4:-0}" ] || fail "$2 Hz paused for $pause ms, not $4, in $1"
}
# bob_heard LEAST [HZ]: in its latest call.
bob_heard() { heard "$(find baresip -name 'dump-*-dec.wav' | sort | tail -n 1)" "${2:-$ours}" "$1"; }

# bob_saw DIGIT...: what the phone of bob tells of our keys.
bob_saw() {
  local digit
  for digit in "$@"; do
    grep -qsE "event: '$digit' \(end=1\)|Receiving dtmf $digit\." bob.out linphone/log || fail "the $digit was not seen"
  done
}

# told PATTERN: alice's next such event.
alice_tells() { wait_for alice.out "$1"; }
alice_waits() {
  start alice a "$godwit" answer "${alice[@]}" --play tone:$ours --record "$work/alice.wav" --events "$@"
  wait_for alice.out reg.ok
}
alice_is_well() {
  wait "$child" || fail "godwit answer ended with $?: $(tail -n 1 alice.err)"
}

baresip_takes_our_call() {
  up
  baresip_up "$1"
  capture a
  godwit_on a 0 call bob "${alice[@]}" --transport "$1" --play tone:$ours --record alice.wav --dtmf 15# --duration 3
  timeline a
  heard alice.wav $theirs 2000
  bob_heard 1500
  bob_saw 1 5 '#'
}
case_baresip_takes_our_call_udp() { baresip_takes_our_call udp; }
case_baresip_takes_our_call_tcp() { baresip_takes_our_call tcp; }
case_baresip_takes_our_call_ipv6() {
  family=ipv6
  baresip_takes_our_call udp
}

case_baresip_calls_us() {
  up
  baresip_up udp
  capture a
  alice_waits --once
  bob dial sip:alice@example.org
  alice_tells call.media
  bob sndcode 7
  alice_tells 'call.dtmf.*"7"'
  until_true 5 sung || fail "nothing is heard of baresip"
  bob hangup
  alice_is_well
  timeline a
  heard alice.wav $theirs 1000
  bob_heard 1000
}
# The recording of alice is two seconds long: 44 bytes of a head, 16,000 bytes a second.
sung() { [ "$(stat -c %s alice.wav)" -ge 32044 ]; }

case_baresip_holds_us() {
  up
  baresip_up udp
  capture a
  alice_waits --once
  bob dial sip:alice@example.org
  alice_tells call.media
  until_true 5 sung || fail "nothing is heard of baresip"
  bob hold
  alice_tells 'call.hold.*"by_peer":true'
  # What proves the hold is how long it was.
  read -rt 1.5 _ <>/dev/fd/"$dns_never" || true
  bob resume
  alice_tells 'call.hold.*"by_peer":false'
  read -rt 1.5 _ <>/dev/fd/"$dns_never" || true
  bob hangup
  alice_is_well
  timeline a
  heard alice.wav $theirs 2000 1000
  bob_heard 1500
}

linphone_takes_our_call() {
  up
  linphone_up "$1"
  say autoanswer enable
  capture a
  godwit_on a 0 call bob "${alice[@]}" --transport "$1" --play tone:$ours --record alice.wav --dtmf 15# --duration 4 --json
  timeline a
  heard alice.wav $theirs 2000
  heard bob.wav $ours 1500
  bob_saw 1 5 '#'
}
case_linphone_takes_our_call_udp() { linphone_takes_our_call udp; }

case_linphone_takes_our_call_tcp() { linphone_takes_our_call tcp; }
case_linphone_takes_our_call_ipv6() {
  family=ipv6
  linphone_takes_our_call udp
}

case_linphone_calls_us() {
  up
  linphone_up udp
  capture a
  alice_waits --once
  say call sip:alice@example.org
  alice_tells call.media
  say 7
  alice_tells 'call.dtmf.*"7"'
  until_true 5 sung || fail "nothing is heard of linphone"
  say terminate
  alice_is_well
  timeline a
  heard alice.wav $theirs 1000
  heard bob.wav $ours 1000
}

case_linphone_holds_us() {
  up
  linphone_up udp
  capture a
  alice_waits --once
  say call sip:alice@example.org
  alice_tells call.media
  until_true 5 sung || fail "nothing is heard of linphone"
  say pause
  alice_tells 'call.hold.*"by_peer":true'
  # What proves the hold is how long it was.
  read -rt 1.5 _ <>/dev/fd/"$dns_never" || true
  say resume
  alice_tells 'call.hold.*"by_peer":false'
  read -rt 1.5 _ <>/dev/fd/"$dns_never" || true
  say terminate
  alice_is_well
  timeline a
  # Who waits hears its music, which is the same tone.
  heard alice.wav $theirs 3000
  heard bob.wav $ours 1500
}

# we_call COMMAND...: alice calls bob, and does these one after the other; "for SECONDS" lets time pass, and "wait EVENT".
we_call() {
  local command
  for command in "$@"; do
    case "$command" in
      '{'*) echo "$command" ;;
      'wait '*) echo "{\"do\":\"wait\",\"for\":\"${command#wait }\",\"timeout\":20}" ;;
      'for '*) echo "{\"do\":\"wait\",\"seconds\":${command#for }}" ;;
      *) echo "{\"do\":\"$command\"}" ;;
    esac
  done >commands
  feed=commands
  start alice a "$godwit" call bob "${alice[@]}" --play tone:$ours --record "$work/alice.wav" --commands
  feed=/dev/null
  until_true 60 gone "$child" || fail "godwit call does not end: $(tail -n 2 alice.out)"
  wait "$child" || fail "godwit call ended with $?: $(grep command.failed alice.out) $(tail -n 1 alice.err)"
}
gone() { ! kill -0 "$1" 2>/dev/null || [ "$(ps -o stat= -p "$1")" = Z ]; }

# What proves a hold is how long it was.
hold_and_resume=('wait call.media' 'for 1.5' hold 'wait call.hold by_us=true' 'for 1.5' resume 'wait call.hold by_us=false'
  'for 1.5' hang_up 'wait call.ended')
case_baresip_is_held_by_us() {
  up
  baresip_up udp
  capture a
  we_call "${hold_and_resume[@]}"
  timeline a
  heard alice.wav $theirs 2000 1000
  # What baresip keeps of what it hears ends with the first hold.
  bob_heard 1000
}
case_linphone_is_held_by_us() {
  up
  linphone_up udp
  say autoanswer enable
  capture a
  we_call "${hold_and_resume[@]}"
  timeline a
  heard alice.wav $theirs 2000 1000
  heard bob.wav $ours 1500
}

# carol_waits [WORD...]: Carol, on core beside the server; without words, she takes calls and sings.
carol_waits() {
  printf 'singer\n' >carol.pw
  chmod 600 carol.pw
  mapfile -t carol < <(as carol; echo --prefer-ipv4)
  [ $# -gt 0 ] || set -- --play tone:550 --record "$work/carol.wav" --events
  start carol core "$godwit" answer "${carol[@]}" --port 5080 "$@"
  wait_for carol.out reg.ok
}
carol_hears() { [ -s carol.wav ] && heard_for carol.wav "$1" 1000; }
heard_for() {
  local length
  read -r length _ < <("$tone" heard "$1" "$2") && [ "$length" -ge "$3" ]
}

# PHONE_transfers_us: blind, to Carol; the phone is out of it then, and she hears us.
us_to_carol() {
  alice_tells 'call.transfer.asked.*carol'
  until_true 10 carol_hears $ours || fail "carol does not hear us"
  until_true 5 grep -q '"type":"call.ended".*"call":1,' alice.out || fail "the old call does not end"
  timeline a
}
case_baresip_transfers_us() {
  up
  baresip_up udp
  carol_waits
  capture a
  alice_waits --calls 2
  bob dial sip:alice@example.org
  alice_tells call.media
  bob transfer sip:carol@example.org
  us_to_carol
}
case_linphone_transfers_us() {
  up
  linphone_up udp
  carol_waits
  capture a
  alice_waits --calls 2
  say call sip:alice@example.org
  alice_tells call.media
  say transfer 1 sip:carol@example.org
  us_to_carol
}

# Blind, by us: we are out of it then, and they hear each other.
they_are_connected() {
  we_call 'wait call.media' '{"do":"transfer","target":"sip:carol@example.org"}' \
    'wait call.transfer.progress final=true status=200' 'wait call.ended'
  until_true 10 carol_hears $theirs || fail "carol does not hear bob"
  timeline a
}
case_baresip_is_transferred_by_us() {
  up
  baresip_up udp
  carol_waits
  capture a
  they_are_connected
  bob hangup
  until_true 10 grep -q '"call.ended"' carol.out || fail "carol is not hung up on"
  bob_heard 1000 550
}
case_linphone_is_transferred_by_us() {
  up
  linphone_up udp
  say autoanswer enable
  carol_waits
  capture a
  they_are_connected
  say terminate
  until_true 10 grep -q '"call.ended"' carol.out || fail "carol is not hung up on"
  heard bob.wav 550 1000
}

# Of Carol's two calls, the one that takes the place of the other counts.
carol_waits_for_two() {
  printf '%s\n' '{"do":"wait","for":"call.incoming"}' '{"do":"answer"}' '{"do":"wait","for":"call.replaced"}' \
    '{"do":"play","call":2,"what":"tone:550"}' \
    '{"do":"record","call":2,"file":"'"$work"'/carol.wav","tracks":"heard"}' \
    '{"do":"wait","for":"call.ended who=peer"}' >of_carol
  feed=of_carol
  carol_waits --commands
  feed=/dev/null
}

# Attended: we hold bob, talk to carol, and give each to the other; the phone takes our place in the call with carol.
# (baresip does not read the Replaces of a Refer-To.)
case_linphone_is_introduced_by_us() {
  up
  linphone_up udp
  say autoanswer enable
  carol_waits_for_two
  capture a
  we_call 'wait call.media' hold 'wait call.hold by_us=true' '{"do":"dial","target":"carol","id":"carol"}' \
    '{"do":"wait","for":"call.media","call":"carol"}' '{"do":"transfer_to","call":1,"other":"carol"}' \
    '{"do":"wait","for":"call.transfer.progress final=true status=200","call":1}' \
    '{"do":"wait","for":"call.ended","call":1}' '{"do":"wait","for":"call.ended","call":"carol"}'
  grep -q '"call.replaced"' carol.out || fail "nobody took our place at carol's"
  until_true 10 carol_hears $theirs || fail "carol does not hear bob"
  timeline a
  say terminate
  until_true 10 grep -q '"call.ended".*"who":"peer"' carol.out || fail "carol is not hung up on"
  heard bob.wav 550 1000
}

# And by it: it calls us, then Carol, and gives us to her.
case_linphone_introduces_us() {
  up
  linphone_up udp
  carol_waits_for_two
  capture a
  alice_waits --calls 2
  say call sip:alice@example.org
  alice_tells call.media
  say pause
  alice_tells 'call.hold.*"by_peer":true'
  say call sip:carol@example.org
  until_true 10 grep -q '"call.answered"' carol.out || fail "carol is not called"
  until_true 10 grep -q 'Call 2 with .* connected' bob.out || fail "linphone does not hear that carol answers"
  say transfer 1 --to-call 2
  alice_tells 'call.transfer.asked.*carol'
  until_true 10 grep -q '"call.replaced"' carol.out || fail "nobody took the place of linphone at carol's"
  until_true 10 carol_hears $ours || fail "carol does not hear us"
  until_true 10 grep -q '"type":"call.ended".*"call":1,' alice.out || fail "the old call does not end"
  timeline a
}

"case_$case"
