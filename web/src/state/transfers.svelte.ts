//! What comes and goes.

import { api } from '../api/index.ts'
import type { Transfer } from '../api/types.ts'
import { coalesce } from './coalesce.ts'

class Transfers {
  /** The latest first. */
  list = $state.raw<Transfer[]>([])

  get going(): Transfer[] {
    return this.list.filter((transfer) => transfer.state === 'going')
  }

  readonly load = coalesce(async () => void (this.list = sorted(await api.transfers())))

  put(transfer: Transfer): void {
    const at = this.list.findIndex((other) => other.id === transfer.id)
    this.list = at < 0 ? sorted([...this.list, transfer]) : this.list.with(at, transfer)
  }

  async pause(id: string, paused: boolean): Promise<void> {
    await api.pause(id, paused)
    await this.load()
  }

  async drop(id: string): Promise<void> {
    await api.dropTransfer(id)
    this.forget(id)
  }

  forget(id: string): void {
    this.list = this.list.filter((transfer) => transfer.id !== id)
  }
}

function sorted(list: Transfer[]): Transfer[] {
  return list.sort((a, b) => (a.since < b.since ? 1 : -1))
}

export const transfers = new Transfers()
