//! Who one is, and whether the peer is there.

import { api } from '../api/index.ts'
import type { Link } from '../api/client.ts'
import type { Status } from '../api/types.ts'
import { coalesce } from './coalesce.ts'

class Session {
  link = $state.raw<Link>({ state: 'starting' })
  /** What the peer said of itself last; it stays while the peer is lost. */
  status = $state.raw<Status>()
  /** Sentences that deserve attention and came as events. */
  notices = $state.raw<string[]>([])

  get me(): { id: string; name: string } {
    return this.status?.person ?? { id: '', name: '' }
  }

  readonly load = coalesce(async () => {
    this.status = await api.status()
  })

  async rename(name: string): Promise<void> {
    await api.set({ name })
    await this.load()
  }

  notice(text: string): void {
    if (!this.notices.includes(text)) this.notices = [...this.notices, text]
  }

  dismiss(text: string): void {
    this.notices = this.notices.filter((notice) => notice !== text)
  }
}

export const session = new Session()
