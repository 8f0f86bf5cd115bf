//! How every peer of every member and contact is reached.

import { api } from '../api/index.ts'
import type { Connection } from '../api/types.ts'
import { harmless } from '../harmless.ts'
import { coalesce } from './coalesce.ts'
import { session } from './session.svelte.ts'
import { spaces } from './spaces.svelte.ts'

/** How often the figures are asked for while somebody looks, in milliseconds. */
const every = 2500

/** A peer in a picture of the network; the shape the constellation takes. */
export interface Star {
  key: string
  person: string
  name: string
  me: boolean
  reach: Connection['reach']
  via?: string
  rtt?: number
  flow?: 'in' | 'out' | 'both'
}

class Connections {
  list = $state.raw<Connection[]>([])
  known = $state(false)
  /** Which way bytes went between the last two answers, by peer. */
  #flow = $state.raw(new Map<string, Star['flow']>())
  #watchers = 0
  #timer: ReturnType<typeof setInterval> | undefined

  readonly load = coalesce(async () => {
    const fresh = await api.connections()
    const before = new Map(this.list.map((one) => [one.peer, one]))
    this.#flow = new Map(fresh.flatMap((one) => flow(one, before.get(one.peer))))
    this.list = fresh
    this.known = true
  })

  /** Keeps the figures fresh until the answer is called: `$effect(() => connections.watch())`. */
  watch(): () => void {
    void this.load()
    if (this.#watchers++ === 0) {
      this.#timer = setInterval(() => document.visibilityState === 'visible' && void this.load(), every)
    }
    return () => {
      if (--this.#watchers === 0) clearInterval(this.#timer)
    }
  }

  /** All peers, oneself first, or those of one space. */
  starsOf(space?: string): Star[] {
    const here = this.list.filter((one) => !space || one.me || one.spaces.includes(space))
    if (here.length || !space) return here.sort((a, b) => Number(b.me) - Number(a.me)).map((one) => this.#star(one))
    // Before the figures are known the members' keys draw the same figure.
    return spaces.members(space).flatMap((member) =>
      member.peers.map((key) => ({
        key,
        person: member.id,
        name: harmless(member.name),
        me: member.me,
        reach: member.me ? ('local' as const) : member.online ? ('direct' as const) : ('unreachable' as const),
      })),
    )
  }

  /** The best of a person's connections. */
  best(person: string): Connection | undefined {
    return this.list
      .filter((one) => one.person === person)
      .sort((a, b) => Number(b.online) - Number(a.online) || (a.rtt_ms ?? 1e9) - (b.rtt_ms ?? 1e9))[0]
  }

  #star(one: Connection): Star {
    const via = one.via_peer
    const moving = this.#flow.get(one.peer)
    return {
      key: one.peer,
      person: one.person,
      name: harmless(one.me ? session.me.name : one.name),
      me: one.me,
      reach: one.me ? 'local' : one.reach,
      ...(via ? { via } : {}),
      ...(one.rtt_ms === undefined || one.me ? {} : { rtt: one.rtt_ms }),
      ...(moving ? { flow: moving } : {}),
    }
  }
}

/** Less than this many bytes between two answers is only the heartbeat. */
const heartbeat = 4096

function flow(now: Connection, before: Connection | undefined): [string, Star['flow']][] {
  if (!before) return []
  const out = now.sent_bytes - before.sent_bytes > heartbeat
  const into = now.received_bytes - before.received_bytes > heartbeat
  return out || into ? [[now.peer, out && into ? 'both' : out ? 'out' : 'in']] : []
}

export const connections = new Connections()
