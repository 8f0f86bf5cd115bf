//! Completing a name after `@`.

import { fold } from '../shell/rank.ts'
import type { Named } from './parts.ts'

export interface Begun {
  /** Where the `@` stands. */
  from: number
  /** What was written after it. */
  letters: string
}

/** Whether a name is being written just before the cursor. */
export function begun(text: string, cursor: number): Begun | undefined {
  const before = text.slice(0, cursor)
  const from = before.lastIndexOf('@')
  if (from < 0 || (from > 0 && /[\p{L}\p{N}_]/u.test(before.charAt(from - 1)))) return undefined
  const letters = before.slice(from + 1)
  return letters.length > 40 || /\n|^\s|\s\S+\s\S/.test(letters) ? undefined : { from, letters }
}

/** Who it may be, the likeliest first. */
export function fitting(letters: string, people: readonly Named[], most = 6): Named[] {
  // A name that is written out, and a space after it: one writes on.
  if (/\s$/.test(letters) && people.some((one) => one.name === letters.trimEnd())) return []
  const wanted = fold(letters)
  const begins = (name: string) => fold(name).startsWith(wanted)
  const holds = (name: string) =>
    fold(name)
      .split(/\s+/)
      .some((word) => word.startsWith(wanted))
  const found = [
    ...people.filter((one) => begins(one.name)),
    ...people.filter((one) => !begins(one.name) && holds(one.name)),
  ]
  // Nothing is left to complete.
  if (found.length === 1 && found[0] && fold(found[0].name) === wanted) return []
  return found.slice(0, most)
}

/** The text with the name put in, and where the cursor stands then. */
export function complete(
  text: string,
  cursor: number,
  { from }: Begun,
  name: string,
): { text: string; cursor: number } {
  const put = `@${name} `
  return { text: text.slice(0, from) + put + text.slice(cursor).replace(/^ /, ''), cursor: from + put.length }
}
