//! The spaces one is in, and their members.

import { SvelteMap } from 'svelte/reactivity'
import { api } from '../api/index.ts'
import type { Member, Message, Space } from '../api/types.ts'
import { coalesce } from './coalesce.ts'
import { isBefore } from './order.ts'

/** A message as an event tells it. */
export interface Said {
  message: Message
  isNew: boolean
}

class Spaces {
  /** Those one talks in, the latest word first. */
  list = $state.raw<Space[]>([])
  /** Whether `list` was answered at least once. */
  known = $state(false)
  #members = new SvelteMap<string, Member[]>()
  #loads = new Map<string, () => Promise<void>>()
  /** When one made or entered a space, as far as this page saw it: a new one stands first though nobody has spoken. */
  #entered = new Map<string, number>()

  get unread(): number {
    return this.list.reduce((sum, space) => sum + space.unread, 0)
  }

  find(id: string): Space | undefined {
    return this.list.find((space) => space.id === id)
  }

  readonly load = coalesce(async () => {
    this.#set(await api.spaces())
    this.known = true
    for (const id of this.#members.keys()) void this.loadMembers(id)
  })

  /** The members, which are asked for when first wanted. */
  members(space: string): Member[] {
    return this.#members.get(space) ?? []
  }

  loadMembers(space: string): Promise<void> {
    let load = this.#loads.get(space)
    if (!load) {
      load = coalesce(async () => void this.#members.set(space, await api.members(space)))
      this.#loads.set(space, load)
    }
    return load()
  }

  wantMembers(space: string): void {
    if (!this.#members.has(space)) void this.loadMembers(space)
  }

  /** A space one has just made or entered. */
  enter(space: Space): void {
    this.#entered.set(space.id, Date.now())
    this.put(space)
  }

  /** A space as it is now. */
  put(space: Space): void {
    this.#set([...this.list.filter((other) => other.id !== space.id), space])
  }

  forget(id: string): void {
    this.#set(this.list.filter((space) => space.id !== id))
    this.#members.delete(id)
  }

  /** What was said just now, oldest first. */
  said(list: Said[]): void {
    const changed = new Map<string, Space>()
    let asks = false
    for (const { message, isNew } of list) {
      const space = changed.get(message.space) ?? this.find(message.space)
      if (!space) {
        asks = true
        continue
      }
      const later = !space.last || !isBefore(message.time, space.last.time)
      if (!later && space.last?.id !== message.id) continue
      const counts = isNew && !message.mine && message.unread
      changed.set(space.id, { ...space, last: message, unread: space.unread + (counts ? 1 : 0) })
      // Whether a message mentions oneself is the peer's to say.
      asks ||= counts && Boolean(message.mentions?.length)
    }
    if (changed.size) this.#set(this.list.map((space) => changed.get(space.id) ?? space))
    if (asks) void this.load()
  }

  read(id: string, unread: number): void {
    const space = this.find(id)
    if (space) this.put({ ...space, unread, mentioned: unread > 0 && space.mentioned })
  }

  online(person: string): void {
    for (const [id, members] of this.#members) {
      if (members.some((member) => member.id === person)) void this.loadMembers(id)
    }
    void this.load()
  }

  /** The latest word first; those without words after, by name. */
  #order(a: Space, b: Space): number {
    return this.#latest(b) - this.#latest(a) || a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1)
  }

  #latest(space: Space): number {
    return Math.max(space.last ? Date.parse(space.last.time) : 0, this.#entered.get(space.id) ?? 0)
  }

  #set(list: Space[]): void {
    this.list = list.filter((space) => space.kind !== 'self').sort((a, b) => this.#order(a, b))
  }
}

export const spaces = new Spaces()
