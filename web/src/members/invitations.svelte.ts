//! The invitations to a space.

import { SvelteMap } from 'svelte/reactivity'
import { api } from '../api/index.ts'
import type { Invitation } from '../api/types.ts'

class Invitations {
  #known = new SvelteMap<string, Invitation[]>()

  to(space: string): Invitation[] {
    return this.#known.get(space) ?? []
  }

  async load(space: string): Promise<void> {
    try {
      this.#known.set(space, await api.invitations(space))
    } catch {
      // The next event asks anew.
    }
  }
}

export const invitations = new Invitations()
