//! Keys that work everywhere. Single letters only where nothing is being written.

import { prefs } from '../state/prefs.svelte.ts'
import { spaces } from '../state/spaces.svelte.ts'
import { router, space } from '../route.svelte.ts'
import { open } from './open.svelte.ts'

/** What shows in the sheet; `keys.ts` and the components that own a key are its only truth. */
export function keys(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return
  const mod = event.ctrlKey || event.metaKey
  if (mod && !event.altKey && event.key.toLowerCase() === 'k') {
    event.preventDefault()
    if (open.above?.what === 'palette') open.close()
    else open.show({ what: 'palette' })
    return
  }
  if (open.above || document.querySelector('dialog[open]')) return
  if (event.altKey && !mod && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
    event.preventDefault()
    step(event.key === 'ArrowDown' ? 1 : -1, event.shiftKey)
    return
  }
  if (mod || event.altKey || writes(event.target)) return
  const run = single[event.key]
  if (!run) return
  event.preventDefault()
  run()
}

const single: Record<string, () => void> = {
  '?': () => open.show({ what: 'keys' }),
  '/': () => router.go({ at: 'search', text: '', ...(here() ? { space: here() as string } : {}) }),
  i: () => (prefs.panel = !prefs.panel),
  h: () => router.go({ at: 'home' }),
  w: () => document.querySelector<HTMLElement>('[data-compose]')?.focus(),
}

function here(): string | undefined {
  return router.now.at === 'space' ? router.now.id : undefined
}

/** To the space above or below in the rail; `unread`: only to those with something new. */
function step(by: 1 | -1, unread: boolean): void {
  const shown = [
    ...spaces.list.filter((one) => one.kind !== 'direct'),
    ...spaces.list.filter((one) => one.kind === 'direct'),
  ]
  const at = shown.findIndex((one) => one.id === here())
  for (let n = 1; n <= shown.length; n++) {
    const next = shown[(at + by * n + shown.length * 2 + (at < 0 && by < 0 ? 1 : 0)) % shown.length]
    if (next && (!unread || next.unread > 0)) return router.go(space(next.id))
  }
}

function writes(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}
