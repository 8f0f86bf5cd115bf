//! The stretches of messages one has open, one a space; the few latest are kept for a quick return.

import { api } from '../api/index.ts'
import type { Message } from '../api/types.ts'
import { spaces } from './spaces.svelte.ts'
import { Timeline } from './timeline.svelte.ts'
import { typing } from './typing.svelte.ts'

/** Timelines kept. */
const kept = 6

class Messages {
  #open = new Map<string, Timeline>()

  /** The timeline of a space, loaded when first asked for. */
  of(space: string): Timeline {
    let timeline = this.#open.get(space)
    if (timeline) this.#open.delete(space)
    else {
      timeline = new Timeline(space, api)
      void timeline.latest(spaces.find(space)?.unread)
    }
    this.#open.set(space, timeline)
    for (const id of this.#open.keys()) if (this.#open.size > kept) this.#open.delete(id)
    return timeline
  }

  put(list: Message[]): void {
    for (const [space, those] of Map.groupBy(list, (message) => message.space)) {
      this.#open.get(space)?.put(...those)
      for (const author of new Set(those.map((message) => message.author_id))) typing.ended(space, author)
    }
  }

  delivered(space: string, message: string, to: string): void {
    this.#open.get(space)?.delivered(message, to)
  }

  read(space: string): void {
    this.#open.get(space)?.read()
  }

  again(): void {
    for (const timeline of this.#open.values()) void timeline.again()
  }
}

export const messages = new Messages()
