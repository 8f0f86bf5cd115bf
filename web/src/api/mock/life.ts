//! What happens by itself in the world in memory: people write, transfers go on.

import type { Message } from '../types.ts'
import type { Event, Transfer } from '../types.ts'
import { pick } from './chance.ts'
import type { Place } from './world.ts'

interface Stage {
  places: Place[]
  transfers: Transfer[]
  speak(where: Place, by: string, text: string): Message
  tell(event: Event): void
}

const lines = [
  'Wind is picking up here.',
  'On my way.',
  'Did anybody see the forecast for Sunday?',
  'I put the drawings into plans.',
  'That is a good idea.',
  'Two minutes late, sorry.',
  'Shall I bring tea?',
]

/** Every so many milliseconds somebody starts to write. */
const every = 9000
const writes = 2600

export function breathe(stage: Stage): void {
  setInterval(() => {
    const where = pick(stage.places.slice(0, 3), Math.random())
    const talkers = where.people.filter((one) => one.talks)
    if (!talkers.length) return
    const who = pick(talkers, Math.random())
    stage.tell({ type: 'typing', space: where.id, person: who.id })
    setTimeout(() => stage.speak(where, who.id, pick(lines, Math.random())), writes)
  }, every)

  setInterval(() => {
    for (const transfer of stage.transfers) {
      if (transfer.state !== 'going') continue
      transfer.rate = 5_000_000 + Math.random() * 3_000_000
      transfer.bytes = Math.min(transfer.total_bytes, transfer.bytes + transfer.rate / 4)
      if (transfer.bytes === transfer.total_bytes) Object.assign(transfer, { state: 'done', rate: 0 })
      stage.tell({ type: 'transfer', transfer: { ...transfer } })
    }
  }, 250)
}
