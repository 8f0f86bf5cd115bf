//! A face, until somebody chooses a picture: three rings around a middle, broken into arcs of two tones, all from the key.

import { dice } from './dice.ts'

/** A face on a plate of 48 by 48. */
export interface Face {
  /** The hue of the plate and the strong tone, in degrees. */
  hue: number
  /** The hue of the second tone. */
  second: number
  arcs: Arc[]
  /** The middle's radius; 0: there is none. */
  middle: number
}

export interface Arc {
  /** The path of its middle line. */
  path: string
  tone: 1 | 2
}

/** Hues that stay apart from one another at one lightness, for eyes of every kind. */
const HUES = [12, 38, 62, 92, 128, 158, 186, 214, 244, 272, 304, 338]
/** How far the second tone is from the first. */
const TURNS = [34, -34, 62, -62, 150, 180]
const RINGS = [7.5, 13, 18.5]
/** How wide a line is. */
export const LINE = 3.4
/** Round ends of two arcs on a ring of this radius need so much of the turn between them. */
const gap = (radius: number) => (LINE * 1.75) / (2 * Math.PI * radius)

export function face(key: string): Face {
  const next = dice(key)
  const pick = <T>(from: readonly T[]) => from[Math.floor(next() * from.length)]!
  const hue = pick(HUES)
  const second = (hue + pick(TURNS) + 360) % 360
  const lead = next() < 0.5 ? 0 : 1
  const arcs = RINGS.flatMap((radius, ring) => broken(radius, ring, next, lead))
  return { hue, second, arcs, middle: pick([0, 2, 3, 3.4]) }
}

/** One ring: one, two or three arcs, of which at most one is of the other tone. */
function broken(radius: number, ring: number, next: () => number, lead: number): Arc[] {
  const count = 1 + Math.floor(next() * (ring === 0 ? 2 : 3))
  const start = next()
  const between = gap(radius)
  const free = 1 - count * between
  const open = count === 1 ? 0.12 + next() * 0.4 : next() * 0.2
  const shares = Array.from({ length: count }, () => 0.35 + next())
  const whole = shares.reduce((sum, share) => sum + share, 0)
  const odd = count > 1 ? Math.floor(next() * count) : -1
  const tone = (at: number) => ((((ring + lead) % 2) + (at === odd ? 1 : 0)) % 2 === 0 ? 1 : 2)
  let at = start
  return shares.map((share, index) => {
    const turn = (share / whole) * (free - open)
    const path = arc(radius, at, at + turn)
    at += turn + between + (index === 0 ? open : 0)
    return { path, tone: tone(index) }
  })
}

/** The arc of a circle around (24, 24) between two parts of a turn. */
function arc(radius: number, from: number, to: number): string {
  const at = (turn: number) => {
    const angle = (turn - 0.25) * 2 * Math.PI
    return `${(24 + radius * Math.cos(angle)).toFixed(2)} ${(24 + radius * Math.sin(angle)).toFixed(2)}`
  }
  return `M${at(from)}A${radius} ${radius} 0 ${to - from > 0.5 ? 1 : 0} 1 ${at(to)}`
}
