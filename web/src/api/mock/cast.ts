//! Who lives in the world in memory.

import type { Reach } from '../types.ts'
import { key } from './chance.ts'

export interface Figure {
  id: string
  name: string
  peers: string[]
  reach: Reach
  rtt_ms?: number
  contact: boolean
  blocked?: boolean
  /** Whether they write of themselves while one looks. */
  talks: boolean
}

function figure(n: number, name: string, reach: Reach, rtt_ms?: number, more: Partial<Figure> = {}): Figure {
  const base: Figure = { id: key(n), name, peers: [key(n + 1000)], reach, contact: false, talks: false, ...more }
  return rtt_ms === undefined ? base : { ...base, rtt_ms }
}

export const me = figure(1, 'Robin', 'local', 0)

export const cast = {
  mira: figure(2, 'Mira Vance', 'lan', 0.8, { contact: true, talks: true }),
  jonas: figure(3, 'Jonas', 'direct', 18, { contact: true, talks: true }),
  aisha: figure(4, 'Aisha Bello', 'punched', 42, { talks: true }),
  lea: figure(5, 'Léa', 'mapped', 31, { talks: true }),
  kenta: figure(6, '健太', 'relayed', 212, { contact: true, talks: true }),
  nour: figure(7, 'نور الهدى', 'punched', 88, { contact: true, talks: true }),
  tomas: figure(8, 'Tomáš', 'unreachable'),
  ines: figure(9, 'Inês', 'unreachable', undefined, { contact: true }),
  ola: figure(10, 'Ola', 'direct', 25),
  markup: figure(11, '<img src=x onerror=alert(1)>', 'direct', 60),
  turned: figure(12, 'Evil\u202egnp.exe\u0000\u2066\u200b', 'direct', 61),
  long: figure(13, 'Wolfeschlegelsteinhausenbergerdorff'.repeat(6), 'direct', 62),
} satisfies Record<string, Figure>

/** Whose names and words try the page. */
export const harmful: Figure[] = [cast.markup, cast.turned, cast.long]

export const everybody: Figure[] = [me, ...Object.values(cast)]

export function nameOf(id: string): string {
  return everybody.find((one) => one.id === id)?.name ?? 'Somebody'
}
