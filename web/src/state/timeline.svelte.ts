//! A stretch of a space's messages: a window on a history of any length, kept current by events.
//!
//! The window is bounded (`most`): what lies far from where one reads is let go and asked for again, so that a hundred
//! thousand messages cost what a few hundred do.

import type { Api } from '../api/client.ts'
import type { Message } from '../api/types.ts'
import { isBefore } from './order.ts'

/** Messages asked for at a time. */
const page = 80
/** Messages kept at most. */
const most = 800

type Source = Pick<Api, 'messages'>

export class Timeline {
  readonly space: string
  readonly #source: Source
  /** Oldest first. */
  items = $state.raw<Message[]>([])
  /** Whether the first item is the first of all, and the last the last. */
  atStart = $state(false)
  atEnd = $state(false)
  /** Whether anything was answered yet. */
  known = $state(false)
  loading = $state<'older' | 'newer' | 'whole' | undefined>()
  problem = $state.raw<unknown>()
  /** The first message that was unread when one came. */
  line = $state<string>()
  /** Where to look: a message, or without one the end. Every new object is a jump. */
  target = $state.raw<{ id?: string }>({})
  /** Answers that come after another jump are not wanted any more. */
  #turn = 0

  constructor(space: string, source: Source) {
    this.space = space
    this.#source = source
  }

  /** The latest messages, with all that are unread up to a bound. */
  async latest(unread = 0): Promise<void> {
    const last = Math.min(unread + page, most / 2)
    await this.#whole({ last }, (items) => {
      this.atEnd = true
      this.atStart = items.length < last
      this.target = {}
      this.line ??= items.find((message) => message.unread && !message.mine)?.id
    })
  }

  /** To a message, wherever it stands. */
  async jump(id: string): Promise<void> {
    if (this.items.some((message) => message.id === id)) {
      this.target = { id }
      return
    }
    await this.#whole({ around: id, last: page }, () => {
      this.atStart = this.atEnd = false
      this.target = { id }
    })
  }

  /** To the first message from a moment on. */
  async jumpTo(time: Date): Promise<void> {
    await this.#whole({ at: time.toISOString(), last: page }, (items) => {
      this.atStart = this.atEnd = false
      const there = items.find((message) => Date.parse(message.time) >= time.getTime()) ?? items.at(-1)
      if (there) this.target = { id: there.id }
    })
  }

  async toEnd(): Promise<void> {
    if (this.atEnd) this.target = {}
    else await this.latest()
  }

  async older(): Promise<void> {
    const first = this.items[0]
    if (this.atStart || this.loading || !first) return
    await this.#load('older', { before: first.id, last: page }, (got) => {
      if (got.length < page) this.atStart = true
      const items = [...got, ...this.items]
      if (items.length > most) this.atEnd = false
      this.items = items.slice(0, most)
    })
  }

  async newer(): Promise<void> {
    const last = this.items.at(-1)
    if (this.atEnd || this.loading || !last) return
    await this.#load('newer', { after: last.id, first: page }, (got) => {
      if (got.length < page) this.atEnd = true
      const items = [...this.items, ...got.filter((message) => !this.items.some((other) => other.id === message.id))]
      if (items.length > most) this.atStart = false
      this.items = items.slice(-most)
    })
  }

  /** After events were missed: the same stretch again, without a jump. */
  async again(): Promise<void> {
    if (!this.known) return
    const middle = this.items[Math.floor(this.items.length / 2)]
    const last = Math.max(page, Math.min(this.items.length + page, most / 2))
    if (this.atEnd || !middle) {
      await this.#whole({ last }, (items) => {
        this.atEnd = true
        this.atStart = items.length < last
      })
    } else await this.#whole({ around: middle.id, last }, () => (this.atStart = this.atEnd = false))
  }

  /** Messages are new or have changed. */
  put(...messages: Message[]): void {
    let items = this.items
    for (const message of messages) {
      const at = items.findIndex((other) => other.id === message.id)
      items = at >= 0 ? items.with(at, message) : this.#insert(items, message)
    }
    if (items.length > most * 2) {
      items = items.slice(-most)
      this.atStart = false
    }
    this.items = items
  }

  /** One's own messages up to this one last on somebody's device. */
  delivered(upto: string, to: string): void {
    const end = this.items.findIndex((message) => message.id === upto)
    if (end < 0) return
    this.items = this.items.map((message, at) =>
      at > end || !message.mine || message.delivered_to?.includes(to)
        ? message
        : { ...message, delivered_to: [...(message.delivered_to ?? []), to] },
    )
  }

  /** Everything here was read. */
  read(): void {
    if (this.items.some((message) => message.unread)) {
      this.items = this.items.map((message) => (message.unread ? { ...message, unread: false } : message))
    }
  }

  #insert(items: Message[], message: Message): Message[] {
    let at = items.length
    while (at > 0 && isBefore(message.time, (items[at - 1] as Message).time)) at--
    // Beyond either end of the window it belongs to what is not loaded.
    if (at === items.length && !this.atEnd) return items
    if (at === 0 && !this.atStart && items.length > 0) return items
    return items.toSpliced(at, 0, message)
  }

  async #whole(ask: Parameters<Api['messages']>[1], then: (items: Message[]) => void): Promise<void> {
    const turn = ++this.#turn
    await this.#ask('whole', ask, turn, (items) => {
      this.items = items
      this.known = true
      then(items)
    })
  }

  async #load(which: 'older' | 'newer', ask: Parameters<Api['messages']>[1], then: (items: Message[]) => void) {
    await this.#ask(which, ask, this.#turn, then)
  }

  async #ask(
    which: 'older' | 'newer' | 'whole',
    ask: Parameters<Api['messages']>[1],
    turn: number,
    then: (items: Message[]) => void,
  ): Promise<void> {
    this.loading = which
    try {
      const items = await this.#source.messages(this.space, ask)
      if (turn !== this.#turn) return
      this.problem = undefined
      then(items)
    } catch (problem) {
      if (turn === this.#turn) this.problem = problem
    } finally {
      if (turn === this.#turn) this.loading = undefined
    }
  }
}
