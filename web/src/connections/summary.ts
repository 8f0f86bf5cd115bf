//! How one is connected, in a sentence.

import type { Connection } from '../api/types.ts'
import { and } from '../format.ts'
import { words } from '../words.ts'

/** "7 of 9 peers reached: 2 on your network, 4 directly and 1 through others" */
export function summary(peers: Connection[]): string {
  const reached = peers.filter((peer) => peer.reach !== 'unreachable')
  const count = (...reach: Connection['reach'][]) => reached.filter((peer) => reach.includes(peer.reach)).length
  const parts = [
    { n: count('local', 'lan'), say: words.connections.near },
    { n: count('direct', 'punched', 'mapped'), say: words.connections.far },
    { n: count('relayed'), say: words.connections.detour },
  ].filter((part) => part.n > 0)
  return words.connections.summary(reached.length, peers.length, and(parts.map((part) => part.say(part.n))))
}
