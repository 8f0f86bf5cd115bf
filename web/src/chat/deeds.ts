//! What can be done with a message, by keys as by buttons.

import type { Message } from '../api/types.ts'

export interface Deeds {
  jump: (id: string) => void
  reply: (message: Message) => void
  edit: (message: Message) => void
  copy: (message: Message) => void
  takeBack: (message: Message) => void
  react: (message: Message, emoji: string, on: boolean) => void
  /** Opens the choice of reactions beside an element. */
  pick: (message: Message, beside: HTMLElement) => void
  date: () => void
  /** Back to writing. */
  write: () => void
}

export function deeds(event: KeyboardEvent, message: Message, does: Deeds): void {
  if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return
  const own = message.mine && !message.withdrawn
  const here = event.currentTarget as HTMLElement
  const run: Record<string, (() => void) | undefined> = {
    r: () => does.reply(message),
    c: () => does.copy(message),
    '+': () => does.pick(message, here),
    e: own ? () => does.edit(message) : undefined,
    Delete: own ? () => does.takeBack(message) : undefined,
    Escape: () => does.write(),
  }
  const deed = message.withdrawn && event.key !== 'Escape' ? undefined : run[event.key]
  if (!deed) return
  event.preventDefault()
  event.stopPropagation()
  deed()
}
