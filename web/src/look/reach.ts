//! Reach has one language, here and on the command line: a colour, a shape and a word.

import { words } from './words.ts'

/** How one peer gets to another, as the API says it. */
export type Reach = 'local' | 'lan' | 'direct' | 'punched' | 'mapped' | 'relayed' | 'unreachable'

/** How a reach is drawn. */
export interface ReachLook {
  /** The colour's token. */
  colour: string
  line: 'solid' | 'dashed' | 'dotted'
  /** What sits on the middle of the line. */
  bead?: 'dot' | 'ring'
}

const look = (colour: string, line: ReachLook['line'], bead?: ReachLook['bead']): ReachLook => ({
  colour: `var(--reach-${colour})`,
  line,
  bead,
})

export const reaches: Record<Reach, ReachLook> = {
  local: look('near', 'solid'),
  lan: look('near', 'solid'),
  direct: look('far', 'solid'),
  punched: look('far', 'solid', 'dot'),
  mapped: look('far', 'solid', 'ring'),
  relayed: look('detour', 'dashed'),
  unreachable: look('none', 'dotted'),
}

/** The word for it, and through whom where somebody is between. */
export function reachWord(reach: Reach, via?: string): string {
  return reach === 'relayed' && via ? words.reach.through(via) : words.reach[reach]
}
