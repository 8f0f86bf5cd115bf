//! The stream of events: a WebSocket that comes back by itself.

import type { Event } from './types.ts'

/** The waits between tries, in milliseconds; the last one repeats. */
const waits = [250, 500, 1000, 2000, 4000, 8000]

/** How long the n-th try (from 0) waits: up to a fifth less by chance, so that many tabs do not knock together. */
export function wait(tries: number, chance: number): number {
  const most = waits[Math.min(tries, waits.length - 1)] ?? 8000
  return Math.round(most * (1 - chance / 5))
}

/** Opens one connection and says how it goes; resolves when it is over. */
export function listen(token: string, onOpen: () => void, onEvent: (event: Event) => void): Promise<void> {
  return new Promise((resolve) => {
    const url = new URL('/api/v1/live', location.href)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(url, ['peerage.1', `tab.${token}`])
    socket.onopen = onOpen
    socket.onmessage = (message) => onEvent(JSON.parse(message.data as string) as Event)
    socket.onclose = () => resolve()
  })
}
