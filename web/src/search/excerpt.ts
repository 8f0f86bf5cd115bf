//! What of a text shows why it was found.

export interface Bit {
  text: string
  hit: boolean
}

/** So much of a text before its first hit. */
const before = 60
const longest = 400

/** The text from near its first hit, with the words marked where they begin a word. */
export function excerpt(text: string, words: string): Bit[] {
  const wanted = words.split(/\s+/).filter(Boolean).map(escape)
  if (!wanted.length) return [{ text: text.slice(0, longest), hit: false }]
  const by = new RegExp(`(?<![\\p{L}\\p{N}])(?:${wanted.join('|')})`, 'giu')
  const first = by.exec(text)?.index ?? 0
  by.lastIndex = 0
  const from = first > before * 2 ? text.lastIndexOf(' ', first - before) + 1 : 0
  const shown = (from ? '…' : '') + text.slice(from, from + longest)
  const bits: Bit[] = []
  let at = 0
  for (const match of shown.matchAll(by)) {
    if (match.index > at) bits.push({ text: shown.slice(at, match.index), hit: false })
    bits.push({ text: match[0], hit: true })
    at = match.index + match[0].length
  }
  if (at < shown.length) bits.push({ text: shown.slice(at), hit: false })
  return bits
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}
