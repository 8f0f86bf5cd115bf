//! Chance that a key decides: the same key throws the same numbers, on every computer, for ever.

/** Numbers from 0 (included) to 1 (excluded), drawn from the key's letters. Nothing secret rests on them. */
export function dice(key: string): () => number {
  let state = 0x9e3779b9
  for (let at = 0; at < key.length; at++) state = mix(state ^ key.charCodeAt(at))
  return () => {
    state = (state + 0x9e3779b9) | 0
    return mix(state) / 2 ** 32
  }
}

/** Spreads every bit of a 32-bit number over all of it (the finaliser of MurmurHash3). */
function mix(bits: number): number {
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
