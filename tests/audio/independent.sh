#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# independent.sh NAME CODEC_TOOL: our codecs against other programs, in files.
set -euo pipefail
name=$1 tool=$2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

need() {
  command -v "$1" >/dev/null || { echo "skipped: no $1 (tools/setup test)"; exit 77; }
}

# at_least DB A B LATE: B is A, but for noise so far below.
at_least() {
  local got
  got=$("$tool" compare "$2" "$3" "$4")
  echo "$2 and $3 differ by noise $got dB below"
  awk -v got="$got" -v least="$1" 'BEGIN { exit !(got >= least) }' || { echo "want $1 dB"; exit 1; }
}

ffmpeg_raw() { ffmpeg -hide_banner -loglevel error -nostdin -y "$@"; }

# Opus that opusenc wrote sounds as opusdec plays it, sample by sample: speech in each mode, music.
opus_from_opusenc() {
  need opusenc; need opusdec
  "$tool" speech 48000 >said.raw
  local arguments i=0
  for arguments in "--speech --bitrate 12" "--speech --bitrate 24 --expect-loss 10" \
    "--speech --bitrate 40 --framesize 60" "--music --bitrate 96 --framesize 2.5" "--hard-cbr --bitrate 64"; do
    i=$((i + 1))
    # shellcheck disable=SC2086
    opusenc --quiet --raw --raw-rate 48000 --raw-chan 1 $arguments said.raw "$i.opus"
    opusdec --quiet --no-dither --rate 48000 "$i.opus" "theirs$i.raw"
    "$tool" decode opus <"$i.opus" >"ours$i.raw"
    echo "opusenc $arguments"
    # The file says where the sound ends; its last packet goes on.
    cmp -n "$(stat -c %s "theirs$i.raw")" "theirs$i.raw" "ours$i.raw"
  done
}

# What we encode is played by opusdec, also as the far end would rather have it.
opus_to_opusdec() {
  need opusdec
  "$tool" speech 48000 >said.raw
  local parameters
  for parameters in "" "maxplaybackrate=16000;useinbandfec=1" "cbr=1;maxaveragebitrate=32000"; do
    "$tool" encode opus "$parameters" <said.raw >ours.opus
    opusdec --quiet --no-dither --rate 48000 ours.opus theirs.raw
    "$tool" decode opus <ours.opus >ours.raw
    cmp theirs.raw ours.raw
    at_least 15 said.raw theirs.raw 400
  done
}

# Each code of G.711 means the same; nearly each value of a sample gets the same code.
g711_and_ffmpeg() {
  need ffmpeg
  local law format
  for law in PCMU PCMA; do
    format=$([ $law = PCMU ] && echo mulaw || echo alaw)
    "$tool" every 8000 >every.raw
    "$tool" encode $law <every.raw >ours.coded
    ffmpeg_raw -f s16le -ar 8000 -ac 1 -i every.raw -f $format theirs.coded
    ffmpeg_raw -f $format -ar 8000 -ac 1 -i ours.coded -f s16le theirs.raw
    "$tool" decode $law <ours.coded >ours.raw
    cmp theirs.raw ours.raw
    # Near a border ffmpeg takes the nearer code; the table of G.711 does not, where the steps grow.
    different=$( (cmp -l ours.coded theirs.coded || true) | wc -l)
    echo "$law: $different of 65536 values lie beside a border and get the other code"
    [ "$different" -le 1000 ]
    at_least 37 every.raw ours.raw 0
  done
}

# G.722, bit by bit: ffmpeg has an implementation of its own. Also what is louder than can be.
g722_and_ffmpeg() {
  need ffmpeg
  "$tool" speech 16000 >speech.raw
  "$tool" noise 16000 >noise.raw
  ffmpeg_raw -f s16le -ar 16000 -ac 1 -i speech.raw -af volume=18dB -f s16le clipped.raw
  local sound
  for sound in speech noise clipped; do
    "$tool" encode G722 <$sound.raw >ours.g722
    ffmpeg_raw -f s16le -ar 16000 -ac 1 -i $sound.raw -f g722 theirs.g722
    cmp theirs.g722 ours.g722
    ffmpeg_raw -f g722 -i ours.g722 -f s16le theirs.raw
    "$tool" decode G722 <ours.g722 >ours.raw
    cmp theirs.raw ours.raw
  done
  # What no encoder makes is decoded alike, too.
  ffmpeg_raw -f g722 -i speech.raw -f s16le theirs.raw
  "$tool" decode G722 <speech.raw >ours.raw
  cmp theirs.raw ours.raw
}

# Noise that ffmpeg describes (RFC 3389) sounds as it was.
comfort_noise_and_ffmpeg() {
  need ffmpeg
  "$tool" noise 8000 >white.raw
  ffmpeg_raw -f s16le -ar 8000 -ac 1 -i white.raw -af lowpass=f=800 -f s16le dull.raw
  local sound
  for sound in white dull; do
    ffmpeg_raw -f s16le -ar 8000 -ac 1 -i $sound.raw -map 0:a -c:a comfortnoise -f data $sound.cn
    "$tool" noise-like $sound.cn $sound.raw >verdict
    echo "$sound: louder by dB, first coefficient off by: $(cat verdict)"
    awk '{ exit !($1 > -2 && $1 < 2 && $2 > -0.1 && $2 < 0.1) }' verdict
  done
}

"$name"
