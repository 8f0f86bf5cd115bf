//! What one looks at in full.

import type { Item } from './item.ts'

class Look {
  items = $state.raw<Item[]>()
  n = $state(0)

  at(items: Item[], n: number): void {
    this.items = items
    this.n = n
  }

  close(): void {
    this.items = undefined
  }
}

export const look = new Look()
