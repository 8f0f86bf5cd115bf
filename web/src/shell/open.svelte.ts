//! What lies open above the page just now: one thing at most.

export type Above =
  | { what: 'palette' | 'keys' | 'make' }
  | { what: 'join'; link?: string }
  | { what: 'keep'; message: string; names: string[] }
  | { what: 'invite' | 'rename' | 'leave' | 'date'; space: string }

class Open {
  above = $state.raw<Above>()

  show(above: Above): void {
    this.above = above
  }

  close(): void {
    this.above = undefined
  }
}

export const open = new Open()
