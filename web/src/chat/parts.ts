//! What a message's text is made of: words, links, names, code. It is never markup; the page builds elements from this.

export type Part =
  | { is: 'text' | 'code' | 'block'; text: string }
  | { is: 'link'; text: string; to: string }
  /** An invitation: looked at before anything happens. */
  | { is: 'invitation'; text: string }
  | { is: 'mention'; text: string; id: string }

export interface Named {
  id: string
  name: string
}

/** Only these are links, and only as written: no other scheme ever becomes one. */
const link = /\bhttps?:\/\/[^\s<>"'`\u0000-\u0020\u007f-\u00a0\u2000-\u206f\u3000]{1,4000}/giu
const invitation = /\bpeer:\/\/join\/[A-Za-z0-9_-]+/g
const fence = /```[^\n`]*\n?([\s\S]*?)```/g
const code = /`([^`\n]+)`/g

/** Longer texts stay plain beyond this many letters: nobody reads that for its links. */
const longest = 20_000

/** More parts than this are not told apart: every one is an element. */
const mostParts = 300

export function parts(text: string, mentioned: readonly Named[] = []): Part[] {
  const head = text.slice(0, longest)
  const rest = text.slice(longest)
  const found: Part[] = split(head, fence, (match): Part => ({
    is: 'block',
    text: (match[1] ?? '').replace(/\n$/, ''),
  }))
    .flatMap(inText((plain) => split(plain, code, (match): Part => ({ is: 'code', text: match[1] ?? '' }))))
    .flatMap(inText((plain) => links(plain)))
    .flatMap(inText((plain) => split(plain, invitation, (match): Part => ({ is: 'invitation', text: match[0] }))))
    .flatMap(inText((plain) => mentions(plain, mentioned)))
  const plain =
    found
      .slice(mostParts)
      .map((part) => part.text)
      .join('') + rest
  return plain ? [...found.slice(0, mostParts), { is: 'text', text: plain }] : found
}

function inText(how: (text: string) => Part[]): (part: Part) => Part[] {
  return (part) => (part.is === 'text' ? how(part.text) : [part])
}

function split(text: string, by: RegExp, make: (match: RegExpExecArray) => Part): Part[] {
  const found: Part[] = []
  let from = 0
  by.lastIndex = 0
  for (let match = by.exec(text); match; match = by.exec(text)) {
    if (match.index > from) found.push({ is: 'text', text: text.slice(from, match.index) })
    found.push(make(match))
    from = match.index + match[0].length
    if (match[0].length === 0) by.lastIndex++
  }
  if (from < text.length) found.push({ is: 'text', text: text.slice(from) })
  return found
}

function links(text: string): Part[] {
  return split(text, link, (match): Part => ({ is: 'link', text: match[0], to: match[0] })).flatMap((part): Part[] => {
    if (part.is !== 'link') return [part]
    const shown = trim(part.to)
    const url = address(shown)
    const tail = part.to.slice(shown.length)
    const first: Part = url ? { is: 'link', text: shown, to: url } : { is: 'text', text: shown }
    return tail ? [first, { is: 'text', text: tail }] : [first]
  })
}

const openers: Record<string, string> = { ')': '(', ']': '[', '}': '{' }

/** Without the full stop after it, or the bracket around it. */
function trim(url: string): string {
  const counts = new Map<string, number>()
  for (const sign of url) if (/[()[\]{}]/.test(sign)) counts.set(sign, (counts.get(sign) ?? 0) + 1)
  let end = url.length
  for (; end > 0; end--) {
    const last = url.charAt(end - 1)
    const opener = openers[last]
    if (opener === undefined) {
      if (!/[.,;:!?…]/.test(last)) break
    } else {
      const closed = counts.get(last) ?? 0
      if (closed <= (counts.get(opener) ?? 0)) break
      counts.set(last, closed - 1)
    }
  }
  return url.slice(0, end)
}

function address(text: string): string | undefined {
  try {
    const url = new URL(text)
    return (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname ? url.href : undefined
  } catch {
    return undefined
  }
}

function mentions(text: string, mentioned: readonly Named[]): Part[] {
  const named = mentioned.filter((one) => one.name).sort((a, b) => b.name.length - a.name.length)
  if (!named.length) return [{ is: 'text', text }]
  const by = new RegExp(`@(${named.map((one) => escape(one.name)).join('|')})(?![\\p{L}\\p{N}])`, 'gu')
  return split(text, by, (match) => {
    const one = named.find((other) => other.name === match[1])
    return one ? { is: 'mention', text: match[0], id: one.id } : { is: 'text', text: match[0] }
  })
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}

/** Whether a text is a few emoji and nothing else: then they are shown large. */
export function isEmoji(text: string): boolean {
  const plain = text.trim()
  return plain.length > 0 && plain.length <= 40 && /^(?:\p{RGI_Emoji}\s*){1,6}$/v.test(plain)
}

/** A long text shows its beginning first: so many letters, so many lines. */
const shownLetters = 3000
const shownLines = 30

/** The beginning of a long text; the text itself if it is not long. */
export function beginning(text: string): string {
  let end = text.length > shownLetters * 1.3 ? shownLetters : text.length
  let at = -1
  for (let line = 0; line < shownLines; line++) {
    at = text.indexOf('\n', at + 1)
    if (at < 0 || at >= end) break
  }
  if (at >= 0 && at < end && text.indexOf('\n', at + 1) >= 0) end = at
  return text.slice(0, end)
}
