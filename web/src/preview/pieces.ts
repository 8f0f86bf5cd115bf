//! A long text in pieces, so that only those in sight are laid out: one line of a quarter of a million letters, laid out
//! as a whole, would hold the page up for seconds.

/** Letters in a piece, at most. */
const most = 4000

/** The pieces, in order; each ends where a line does, unless the line is longer than a piece. */
export function pieces(text: string): string[] {
  const found: string[] = []
  for (let from = 0; from < text.length;) {
    const to = end(text, from)
    // Each piece is a block: the line's end that it ends with is there already.
    found.push(text.slice(from, text[to - 1] === '\n' && to < text.length ? to - 1 : to))
    from = to
  }
  return found
}

function end(text: string, from: number): number {
  const far = from + most
  if (far >= text.length) return text.length
  const line = text.lastIndexOf('\n', far - 1)
  if (line >= from) return line + 1
  // Never between the two halves of a letter.
  return /[\udc00-\udfff]/.test(text[far] ?? '') ? far - 1 : far
}
