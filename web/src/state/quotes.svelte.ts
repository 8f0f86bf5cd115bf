//! Messages that others answer and that lie outside the stretch one reads: asked for one by one.

import { SvelteMap } from 'svelte/reactivity'
import { api } from '../api/index.ts'
import type { Message } from '../api/types.ts'

class Quotes {
  #known = new SvelteMap<string, Message | null>()
  #asked = new Set<string>()

  /** `undefined`: not known yet; `null`: nowhere. */
  find(id: string): Message | null | undefined {
    return this.#known.get(id)
  }

  async want(space: string, id: string): Promise<void> {
    if (this.#asked.has(id)) return
    this.#asked.add(id)
    try {
      const found = await api.messages(space, { around: id, last: 1 })
      this.#known.set(id, found.find((message) => message.id === id) ?? null)
    } catch {
      this.#known.set(id, null)
    }
  }
}

export const quotes = new Quotes()
