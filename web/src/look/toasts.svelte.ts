//! Short news at the screen's edge, and news for ears only.

import type { IconName } from './icons.ts'

export interface Toast {
  id: number
  text: string
  kind: 'news' | 'problem'
  icon?: IconName
  /** One thing that can be done about it. */
  action?: { label: string; run: () => void }
}

/** How long news stays; with something to do, longer. A problem stays until it is dismissed. */
const NEWS_MS = 4000
const ACTION_MS = 8000
/** More than so many at once are not read. */
const MOST = 3

let last = 0
/** `spoken` waits until the reader has finished a sentence, `urgent` does not. */
export const toasts = $state<{ shown: Toast[]; spoken: string; urgent: string }>({ shown: [], spoken: '', urgent: '' })

/** Shows news; answers with what takes it away again. */
export function toast(text: string, more: Partial<Omit<Toast, 'id' | 'text'>> = {}): () => void {
  const id = ++last
  const kind = more.kind ?? 'news'
  toasts.shown = [...toasts.shown.filter((one) => one.text !== text), { id, text, ...more, kind }].slice(-MOST)
  announce(text, kind === 'problem')
  const away = () => dismiss(id)
  if (kind === 'news') setTimeout(away, more.action ? ACTION_MS : NEWS_MS)
  return away
}

export function dismiss(id: number): void {
  toasts.shown = toasts.shown.filter((one) => one.id !== id)
}

/** Says something to whoever listens to the page, without showing it. */
export function announce(text: string, urgent = false): void {
  const region = urgent ? 'urgent' : 'spoken'
  // The same words again are only spoken if they differ.
  toasts[region] = toasts[region] === text ? `${text}\u00a0` : text
}
