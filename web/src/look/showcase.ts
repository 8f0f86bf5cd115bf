//! Things to show the parts of the look with.

import type { Star } from './constellation.ts'
import { dice } from './dice.ts'
import type { Reach } from './reach.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567'

/** An id as the peer writes them, from a word. */
export function sampleId(word: string): string {
  const next = dice(word)
  return Array.from({ length: 52 }, () => LETTERS[Math.floor(next() * 32)]).join('')
}

export const SAMPLE_ID = sampleId('sample')
export const FACES = Array.from({ length: 48 }, (_, at) => sampleId(`face ${at}`))
export const TRANSFER_BYTES = '1 118.11 MB · 8 809.00 kB/s · 12:31'

const NAMES = [
  'Mira',
  'Jonas',
  'Ana',
  'Tomasz',
  'Ngozi',
  'Li Wei',
  'Sofía',
  'Åsa',
  'Yusuf',
  'Priya',
  'Emre',
  'Noor',
  'Ola',
]
const REACHES: Reach[] = ['lan', 'direct', 'relayed', 'punched', 'mapped', 'lan', 'unreachable', 'direct', 'local']

/** This peer and so many others, reached in every way. */
export function space(count: number): Star[] {
  const stars: Star[] = [{ key: sampleId('me'), me: true }]
  for (let at = 0; at < count - 1; at++) {
    const reach = REACHES[at % REACHES.length]!
    stars.push({
      key: sampleId(`star ${at}`),
      name: NAMES[at % NAMES.length]!,
      reach,
      via: reach === 'relayed' ? sampleId('star 0') : undefined,
      rtt: reach === 'unreachable' ? undefined : (at * 7.3) % 90,
      flow: at === 1 ? 'in' : at === 4 ? 'both' : undefined,
    })
  }
  return stars
}

const holder = (name: string, bytes: number) => ({ peer: sampleId(name), name, me: name === 'me', bytes })
export const HOLDERS = [
  [holder('Mira', 100)],
  [holder('me', 100), holder('Mira', 100), holder('Jonas', 60)],
  [holder('me', 35), holder('Mira', 100), holder('Jonas', 80), holder('Ana', 10)],
  NAMES.map((name, at) => holder(name, at < 6 ? 100 : 100 - at * 7)),
  [holder('me', 0), holder('Mira', 0)],
]
