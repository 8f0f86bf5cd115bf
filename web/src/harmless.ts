//! Names as strangers give them, made fit to stand in a line: nothing in them turns, hides or breaks what stands around.

/** Controls, line ends, bidirectional marks, overrides and isolates, and what has no width; joiners stay, for scripts and emoji. */
const harm =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00\ufeff\uffa0\ufff9-\ufffb]/g

/** Longer than any honest name. */
const longest = 120

/** Marks above and below one letter: no script needs more, and thousands of them stop a browser. */
const piled = /(\p{M}{8})\p{M}+/gu

/** A name in one line. `without`: what stands for a name that has nothing to see. */
export function harmless(name: string, without = '?'): string {
  const plain = name
    .slice(0, longest * 8)
    .replace(harm, ' ')
    .replace(piled, '$1')
    .replace(/\s+/g, ' ')
    .trim()
  const letters = [...plain]
  if (letters.length === 0) return without
  return letters.length > longest ? letters.slice(0, longest).join('') + '…' : plain
}

/** Text of several lines: what is neither a letter nor a line end goes, and marks piled upon one letter. Its place must isolate its direction. */
export function harmlessText(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]/g, '').replace(piled, '$1')
}
