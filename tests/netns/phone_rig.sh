# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Phones that others use, to be sourced by scripts that are called as: SCRIPT CASE GODWIT WIRE OUT TONE [WORD...]
# Alice has godwit, bob one of them; each side sings a tone of its own and keeps what it hears.

# shellcheck source=tests/netns/rig.sh
source "$(dirname "${BASH_SOURCE[0]}")/rig.sh"
tone=$(realpath "${words[0]}")
ours=440 theirs=660

# up [DEFINITION]: see kamailio.cfg
up() {
  needs baresip
  rig_up a core b
  usual_zone
  name_server
  certificates
  needs kamailio
  kamailio_up "$@"
  mapfile -t alice < <(as alice; echo "--${family:-prefer-ipv4}")
  proxy=10.8.0.2
  [ "${family:-}" != ipv6 ] || proxy='[2001:db8:8::2]'
}

# What the phones speak: how they keep it secret, in their own words, and their codecs, each NAME or NAME/RATE/CHANNELS.
baresip_keys='' linphone_keys=none linphone_needs_keys=0 rtcp_mux=no
phone_codecs=(pcmu pcma)

# baresip_up TRANSPORT: that of bob, on b; it answers by itself, sings, and keeps what it hears.
baresip_up() {
  mkdir baresip
  "$tone" write theirs.wav $theirs 60
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
rtcp_mux $rtcp_mux
snd_path $work/baresip
ctrl_tcp_listen 127.0.0.1:4444
module_path /usr/lib/baresip/modules
module g711.so
module g722.so
module opus.so
module srtp.so
module dtls_srtp.so
module aufile.so
module aubridge.so
module sndfile.so
module_app ctrl_tcp.so
module_tmp account.so
module_app menu.so
END
  echo "<sip:bob@example.org;transport=$1>;auth_user=bob;auth_pass=builder;outbound=\"sip:$proxy:5060;transport=$1\";answermode=auto;regint=300;audio_codecs=$(IFS=,; echo "${phone_codecs[*]}")${baresip_keys:+;mediaenc=$baresip_keys}" >baresip/accounts
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

# linphone_up TRANSPORT: linphonec of bob, on b; its words come by a pipe, which is held open for writing.
linphone_up() {
  needs linphonec
  local codec mime rate channels count=0
  mkdir -p linphone/.local/share/linphone linphone/.config/linphone
  export HOME=$work/linphone
  cat >linphone/rc <<END
[sip]
sip_port=5060
sip_tcp_port=5060
sip_tls_port=-2
default_proxy=0
use_ipv6=1
media_encryption=$linphone_keys
media_encryption_mandatory=$linphone_needs_keys
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
END
  for codec in "${phone_codecs[@]}"; do
    IFS=/ read -r mime rate channels <<<"$codec"
    printf '[audio_codec_%d]\nmime=%s\nrate=%s\nchannels=%s\nenabled=1\n' "$count" "${mime^^}" "${rate:-8000}" \
      "${channels:-1}" >>linphone/rc
    count=$((count + 1))
  done
  "$tone" write theirs.wav $theirs 60
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

# The recording of alice is two seconds long, behind a head of 44 bytes which says how many bytes are a second.
sung() {
  local bytes_a_second
  bytes_a_second=$(od -An -tu4 -j28 -N4 alice.wav)
  [ -n "$bytes_a_second" ] && [ "$(stat -c %s alice.wav)" -ge $((44 + 2 * bytes_a_second)) ]
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

# carol_waits [WORD...]: Carol, on core beside the server; without words, she takes calls and sings.
carol_waits() {
  printf 'singer\n' >carol.pw
  chmod 600 carol.pw
  mapfile -t carol < <(as carol; echo --prefer-ipv4)
  [ $# -gt 0 ] || set -- --play tone:550 --record "$work/carol.wav" --events
  start carol core "$godwit" answer "${carol[@]}" --port 5080 "$@"
  wait_for carol.out reg.ok
}
# Longer than what the phones are asked to have heard: their buffers are slower than ours.
carol_hears() { [ -s carol.wav ] && heard_for carol.wav "$1" 2000; }
heard_for() {
  local length
  read -r length _ < <("$tone" heard "$1" "$2") && [ "$length" -ge "$3" ]
}
