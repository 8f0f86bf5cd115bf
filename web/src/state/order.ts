//! The order of moments as the peer writes them: finer than a `Date` can hold.

/** Whether a moment is certainly before another. At one and the same, only the peer knows: it tells things in order. */
export function isBefore(a: string, b: string): boolean {
  const apart = Date.parse(a) - Date.parse(b)
  // Within a millisecond the letters decide, if they are written alike.
  return apart < 0 || (apart === 0 && a.length === b.length && a < b)
}
