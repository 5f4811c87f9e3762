// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "godwit/error.h"
#include "godwit/export.h"

namespace godwit {

/// Where sound comes from: 16-bit linear samples, mono. An application fills one to say something of its
/// own in a call (`PlaySource::Kind::application`). All functions are called on the agent's loop and must
/// not wait.
class AudioSource {
 public:
  virtual ~AudioSource() = default;
  /// From now on `read` is to give so many samples a second. Told before the first `read`, and again
  /// when a call changes to a codec of another rate.
  /// @param hz  8,000, 16,000, 32,000 or 48,000
  virtual void set_rate(int hz) = 0;
  /// Fills the whole frame, 10 to 60 ms in steps of 10 ms; silence where there is nothing more.
  virtual void read(std::span<std::int16_t> frame) = 0;
  /// So many samples of time go by in which nobody asks for sound: something else was sent, or nothing.
  virtual void pass(std::size_t /*samples*/) {}
  /// True once nothing but silence will come.
  [[nodiscard]] virtual bool ended() const { return false; }
};

/// Where sound goes: 16-bit linear samples, mono unless it was made for two channels (left and right in
/// turn). The rules of `AudioSource` hold.
class AudioSink {
 public:
  virtual ~AudioSink() = default;
  /// From now on `write` is given so many samples a second of each channel.
  virtual void set_rate(int hz) = 0;
  virtual void write(std::span<const std::int16_t> frame) = 0;
  /// False once it can take no more: the disk is full.
  [[nodiscard]] virtual bool works() const { return true; }
  /// The call is over, or something else hears it from now on.
  virtual void close() {}
};

/// What SDP says of a codec: its rtpmap, and what fmtp says of how one side uses it (RFC 8866 §6.6, §6.15).
struct CodecFormat {
  std::string name;                  ///< "opus"; compared without regard to case
  std::uint32_t clock_rate = 8000;   ///< of the RTP timestamps, in Hz. G.722 says 8,000 and samples at 16,000
  std::uint8_t channels = 1;         ///< as in rtpmap; 2 for Opus whatever it carries (RFC 7587 §7)
  std::string parameters;            ///< the fmtp value; empty: none

  bool operator==(const CodecFormat&) const = default;
};

/// Turns sound into packets, for one call and one direction.
class Encoder {
 public:
  virtual ~Encoder() = default;
  /// One packet's worth of sound, mono.
  /// @param samples  of the packet time it was made for, at `Codec::sample_rate()`
  /// @param out      room for 1,400 bytes at least
  /// @return how many bytes of `out` are the payload; 0: nothing need be sent (DTX, silence goes on)
  [[nodiscard]] virtual std::size_t encode(std::span<const std::int16_t> samples,
                                           std::span<std::byte> out) = 0;
  /// What the far end reports to have lost lately, 0 to 1: a codec with FEC protects itself accordingly.
  virtual void set_expected_loss(double /*share*/) {}
};

/// Turns packets into sound, for one call and one direction. What it is given comes from strangers: it
/// must take any bytes.
class Decoder {
 public:
  virtual ~Decoder() = default;
  /// How long a payload plays, in samples at `Codec::sample_rate()`; 0 for what cannot be read. At most
  /// 120 ms.
  [[nodiscard]] virtual std::size_t samples_in(std::span<const std::byte> payload) const = 0;
  /// @param out  has room for `samples_in(payload)`
  /// @return samples written; 0: the payload cannot be read
  [[nodiscard]] virtual std::size_t decode(std::span<const std::byte> payload,
                                           std::span<std::int16_t> out) = 0;
  /// The sound of the lost packet before `next`, if `next` carries a copy of it (in-band FEC).
  /// @return whether `out`, of that packet's length, was filled
  [[nodiscard]] virtual bool recover(std::span<const std::byte> /*next*/,
                                     std::span<std::int16_t> /*out*/) {
    return false;
  }
  /// Sound in the place of a lost packet, where the codec knows how; else it is concealed by godwit.
  /// @return whether `out` was filled
  [[nodiscard]] virtual bool conceal(std::span<std::int16_t> /*out*/) { return false; }
};

/// A codec: what it is called in SDP, and what makes its encoders and decoders. godwit has PCMU, PCMA,
/// G722, opus and L16; more are given in `UserAgentOptions::codecs`. Of no state: one serves all calls.
class Codec {
 public:
  virtual ~Codec() = default;
  /// As it is offered, with the parameters that tell how we want to receive.
  [[nodiscard]] virtual CodecFormat format() const = 0;
  /// The sound's rate in Hz: 8,000, 16,000, 32,000 or 48,000.
  [[nodiscard]] virtual int sample_rate() const = 0;
  /// The static payload type of RFC 3551; empty: a dynamic one is taken.
  [[nodiscard]] virtual std::optional<std::uint8_t> payload_type() const { return std::nullopt; }
  /// Whether a format whose name, clock rate and channels are ours is one that we can do, by its
  /// parameters.
  [[nodiscard]] virtual bool takes(const CodecFormat& /*theirs*/) const { return true; }
  /// What we answer to an offer of it: our parameters, seen what theirs are.
  [[nodiscard]] virtual std::string answer_to(const std::string& /*their_parameters*/) const {
    return format().parameters;
  }
  /// The longest packet time up to `wish` that it can send: what is agreed on in SDP speaks of all codecs
  /// of a call, and some have frames of their own.
  /// @param wish  10 to 60 ms, in steps of 10 ms
  [[nodiscard]] virtual std::chrono::milliseconds packet_time(std::chrono::milliseconds wish) const {
    return wish;
  }
  /// @param theirs       how the far end wants to receive
  /// @param packet_time  one that `packet_time()` gave
  [[nodiscard]] virtual std::unique_ptr<Encoder> make_encoder(
      const CodecFormat& theirs, std::chrono::milliseconds packet_time) const = 0;
  [[nodiscard]] virtual std::unique_ptr<Decoder> make_decoder() const = 0;
};

/// A sound device of this machine.
struct AudioDevice {
  std::string name;         ///< as `AudioDeviceOptions` takes it
  std::string description;  ///< for people
  bool captures = false;    ///< a microphone, or what stands for one; else a loudspeaker
  bool is_default = false;
  int rate = 48'000;        ///< what it runs at when nobody asks for another rate, in Hz
};

/// The sound devices that are there now. Asks the sound server, and may have to wait for it.
/// @return `Errc::media_failed` if there is none, `Errc::unsupported` if this build has no devices.
GODWIT_EXPORT Result<std::vector<AudioDevice>> audio_devices();

}  // namespace godwit
