const RATE = 3000; // samples a second: the fewest that browsers take

/**
 * A WAV file of silence: an audio element plays it, and so keeps the time with the screen off.
 * @param {number} ms how long
 */
export function silence(ms) {
  const bytes = Math.ceil((ms * RATE) / 1000);
  const head = new DataView(new ArrayBuffer(44));
  /** @type {(at: number, word: string) => void} */
  const text = (at, word) => [...word].forEach((c, n) => head.setUint8(at + n, c.charCodeAt(0)));
  text(0, "RIFF"); head.setUint32(4, 36 + bytes, true); text(8, "WAVEfmt ");
  head.setUint32(16, 16, true); head.setUint16(20, 1, true); head.setUint16(22, 1, true);
  head.setUint32(24, RATE, true); head.setUint32(28, RATE, true);
  head.setUint16(32, 1, true); head.setUint16(34, 8, true);
  text(36, "data"); head.setUint32(40, bytes, true);
  return new Blob([head, new Uint8Array(bytes).fill(128)], { type: "audio/wav" });
}
