//! Chance that is the same every time.

/** Numbers from 0 to 1 (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export function pick<T>(from: readonly T[], roll: number): T {
  return from[Math.floor(roll * from.length) % from.length] as T
}

/** An id of 64 hexadecimal digits that looks like a key. */
export function key(seed: number): string {
  const roll = chance(seed * 7919 + 17)
  return Array.from({ length: 16 }, () =>
    Math.floor(roll() * 65536)
      .toString(16)
      .padStart(4, '0'),
  ).join('')
}
