//! Which of many things a few letters mean, the likeliest first.

/** What fits, best first; among equals the order stays. With no letters everything fits. */
export function rank<T>(from: readonly T[], letters: string, label: (one: T) => string): T[] {
  const wanted = fold(letters)
  if (!wanted) return [...from]
  return from
    .map((one) => ({ one, score: fit(fold(label(one)), wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ one }) => one)
}

/** Letters without case and accents, so that "lea" finds Léa. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase().trim()
}

/** 4: begins with it; 3: a word begins with it; 2: holds it; 1: has its letters in order; 0: not at all. */
function fit(label: string, wanted: string): number {
  if (label.startsWith(wanted)) return 4
  if (label.split(/[\s\-_/.]+/).some((word) => word.startsWith(wanted))) return 3
  if (label.includes(wanted)) return 2
  let from = 0
  for (const letter of wanted) {
    from = label.indexOf(letter, from) + 1
    if (from === 0) return 0
  }
  return 1
}
