#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A second SRTP, in Python: makes the packets that src/srtp/vectors_test.cc expects.

It knows nothing of ours. First it checks itself by the vectors of RFC 3711 appendix B, RFC 6188 §7
and RFC 7714 §16 and §17, which begin at session keys and so cannot be tried through a master key.
Needs python3-cryptography. usage: make_vectors.py
"""
import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

RTP = bytes.fromhex("800f1234decafbadcafebabe") + b"\xab" * 16
RTCP = bytes.fromhex("81c8000bcafebabe") + b"\xab" * 16
SSRC = bytes.fromhex("cafebabe")


def keystream(key, start, data):
    """AES in counter mode from the 128-bit block `start`."""
    encryptor = Cipher(algorithms.AES(key), modes.CTR(start.to_bytes(16, "big"))).encryptor()
    return encryptor.update(data)


def derive(master_key, master_salt, label, size):
    """RFC 3711 §4.3.1 with a key derivation rate of 0."""
    x = int.from_bytes(master_salt.ljust(14, b"\0"), "big") ^ (label << 48)
    return keystream(master_key, x << 16, bytes(size))


def session_keys(master_key, master_salt, first_label):
    return (derive(master_key, master_salt, first_label, len(master_key)),
            derive(master_key, master_salt, first_label + 1, 20),
            derive(master_key, master_salt, first_label + 2, len(master_salt)))


def counter_start(salt, index):
    return int.from_bytes(salt, "big") << 16 ^ int.from_bytes(SSRC, "big") << 64 ^ index << 16


def tag_of(auth_key, data, size):
    return hmac.new(auth_key, data, hashlib.sha1).digest()[:size]


def counter_mode(master_key, master_salt, tag, rollovers):
    key, auth, salt = session_keys(master_key, master_salt, 0)
    index = rollovers << 16 | int.from_bytes(RTP[2:4], "big")
    rtp = RTP[:12] + keystream(key, counter_start(salt, index), RTP[12:])
    rtp += tag_of(auth, rtp + rollovers.to_bytes(4, "big"), tag)
    key, auth, salt = session_keys(master_key, master_salt, 3)
    rtcp = RTCP[:8] + keystream(key, counter_start(salt, 1), RTCP[8:]) + bytes.fromhex("80000001")
    return rtp, rtcp + tag_of(auth, rtcp, 10)


def gcm_rtp(key, salt, packet, rollovers):
    vector = bytes(2) + packet[8:12] + rollovers.to_bytes(4, "big") + packet[2:4]
    vector = bytes(a ^ b for a, b in zip(vector, salt))
    return packet[:12] + AESGCM(key).encrypt(vector, packet[12:], packet[:12])


def gcm_rtcp(key, salt, packet, index):
    vector = bytes(2) + packet[4:8] + bytes(2) + index.to_bytes(4, "big")
    vector = bytes(a ^ b for a, b in zip(vector, salt))
    word = (index | 1 << 31).to_bytes(4, "big")
    return packet[:8] + AESGCM(key).encrypt(vector, packet[8:], packet[:8] + word) + word


def gcm(master_key, master_salt, rollovers):
    key, _, salt = session_keys(master_key, master_salt, 0)
    rtcp_key, _, rtcp_salt = session_keys(master_key, master_salt, 3)
    return gcm_rtp(key, salt, RTP, rollovers), gcm_rtcp(rtcp_key, rtcp_salt, RTCP, 1)


def check(what, made, expected):
    assert made == bytes.fromhex(expected), f"{what}: {made.hex()}"


KEY_128 = bytes.fromhex("e1f97a0d3e018be0d64fa32c06de4139")  # RFC 3711 appendix B.3
SALT_128 = bytes.fromhex("0ec675ad498afeebb6960b3aabe6")
KEY_256 = bytes.fromhex("f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6")
SALT_256 = bytes.fromhex("3b04803de51ee7c96423ab5b78d2")  # RFC 6188 §7.2


def check_against_rfcs():
    stream = keystream(bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c"),
                       0xf0f1f2f3f4f5f6f7f8f9fafbfcfd0000, bytes(48))
    check("RFC 3711 B.2", stream, "e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab"
          "41e95b3bb0a2e8dd477901e4fca894c0")
    key, auth, salt = session_keys(KEY_128, SALT_128, 0)
    check("RFC 3711 B.3", key, "c61e7a93744f39ee10734afe3ff7a087")
    check("RFC 3711 B.3", salt, "30cbbc08863d8c85d49db34a9ae1")
    check("RFC 3711 B.3", auth, "cebe321f6ff7716b6fd4ab49af256a156d38baa4")
    key, auth, salt = session_keys(KEY_256, SALT_256, 0)
    check("RFC 6188 7.2", key, "5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4")
    check("RFC 6188 7.2", salt, "fa31791685ca444a9e07c6c64e93")
    check("RFC 6188 7.2", auth, "fd9c32d39ed5fbb5a9dc96b30818454d1313dc05")
    salt = bytes.fromhex("517569642070726f2071756f")
    packet = bytes.fromhex("8040f17b8041f8d35501a0b2") + b"Gallia est omnis divisa in partes tres"
    check("RFC 7714 16.1.1", gcm_rtp(bytes(range(16)), salt, packet, 0),
          "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b"
          "36de3adf8833899d7f27beb16a9152cf765ee4390cce")
    check("RFC 7714 16.2.1", gcm_rtp(bytes(range(32)), salt, packet, 0),
          "8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f"
          "1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13")
    packet = bytes.fromhex("81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeef"
                           "deadbeefdeadbeefdeadbeefdeadbeef")
    check("RFC 7714 17.1", gcm_rtcp(bytes(range(16)), salt, packet, 0x5d4),
          "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b46"
          "86303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4")


if __name__ == "__main__":
    check_against_rfcs()
    for name, make, key, salt in [
            ("AES_CM_128_HMAC_SHA1_80", lambda k, s, r: counter_mode(k, s, 10, r), KEY_128, SALT_128),
            ("AES_CM_128_HMAC_SHA1_32", lambda k, s, r: counter_mode(k, s, 4, r), KEY_128, SALT_128),
            ("AES_256_CM_HMAC_SHA1_80", lambda k, s, r: counter_mode(k, s, 10, r), KEY_256, SALT_256),
            ("AES_256_CM_HMAC_SHA1_32", lambda k, s, r: counter_mode(k, s, 4, r), KEY_256, SALT_256),
            ("AEAD_AES_128_GCM", gcm, KEY_128, SALT_128[:12]),
            ("AEAD_AES_256_GCM", gcm, KEY_256, SALT_256[:12])]:
        print(name, *(make(key, salt, 0)[0].hex(), make(key, salt, 1)[0].hex(),
                      make(key, salt, 0)[1].hex()), sep="\n  ")
