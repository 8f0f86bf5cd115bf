//! Sharing and fetching, as they go on, whichever screen one looks at.

import { api } from '../api/index.ts'
import type { Piece } from '../api/client.ts'
import type { AnyPath, Progress } from '../api/types.ts'
import { tops, weight } from '../drop/drop.ts'
import { toast } from '../look/index.ts'
import { complain } from '../problem.ts'
import { words } from '../words.ts'

export interface Sharing {
  id: number
  space: string
  files: number
  /** From 0 to 1: the way to the peer is the first half, its own work the second. */
  share: number
  stop: () => void
}

class Work {
  sharing = $state.raw<Sharing[]>([])
  #made = 0

  of(space: string): Sharing[] {
    return this.sharing.filter((one) => one.space === space)
  }

  /** Brings what was dropped to the peer and shares it. */
  async share(space: string, pieces: Piece[]): Promise<void> {
    const id = ++this.#made
    const stop = new AbortController()
    this.sharing = [...this.sharing, { id, space, files: pieces.length, share: 0, stop: () => stop.abort() }]
    try {
      const all = Math.max(1, weight(pieces))
      const upload = await api.upload(pieces, (sent) => this.#say(id, sent / all / 2), stop.signal)
      const paths = tops(pieces).map((top) => `${upload.folder}/${top}`)
      const done = await api.share(space, paths, true, (now) => this.#say(id, 0.5 + part(now) / 2), stop.signal)
      void api.endUpload(upload.id).catch(() => {})
      toast(words.shared.shared(done.files), { icon: 'check' })
    } catch (cause) {
      complain(cause)
    } finally {
      this.sharing = this.sharing.filter((one) => one.id !== id)
    }
  }

  /** Fetches into a folder of this computer; the activity shows how it goes. */
  async get(space: string, paths: AnyPath[], what: string, to: string): Promise<void> {
    toast(words.shared.getting(what, to), { icon: 'download' })
    try {
      await api.get(space, paths, to)
      toast(words.shared.got(what, to), { icon: 'check' })
    } catch (cause) {
      complain(cause)
    }
  }

  /** Puts what is attached to a message into a folder of this computer. */
  async keep(message: string, names: string[], what: string, to: string): Promise<void> {
    try {
      await api.getAttached(message, names, to)
      toast(words.shared.got(what, to), { icon: 'check' })
    } catch (cause) {
      complain(cause)
    }
  }

  #say(id: number, share: number): void {
    this.sharing = this.sharing.map((one) => (one.id === id ? { ...one, share } : one))
  }
}

function part(progress: Progress): number {
  return progress.type === 'going' && progress.total_bytes ? progress.bytes / progress.total_bytes : 0
}

export const work = new Work()
