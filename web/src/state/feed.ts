//! Where the peer's events go.

import { api } from '../api/index.ts'
import type { Link } from '../api/client.ts'
import type { Event } from '../api/types.ts'
import { begun } from '../start/begun.svelte.ts'
import { messages } from './messages.svelte.ts'
import { people } from './people.svelte.ts'
import { session } from './session.svelte.ts'
import { spaces, type Said } from './spaces.svelte.ts'
import { transfers } from './transfers.svelte.ts'
import { typing } from './typing.svelte.ts'

type Heard = (event: Event) => void

const others = new Set<Heard>()

/** Tells every event to somebody else too (a screen that shows files, notifications); the answer ends it. */
export function hear(heard: Heard): () => void {
  others.add(heard)
  return () => others.delete(heard)
}

export function start(): void {
  const letIn = begun.done && !location.hash.startsWith('#code=')
  api.start({ event: take, link: linked })
  if (!letIn) return
  // A browser that was let in before need not wait for the stream to see what there is; it is asked again once that is open.
  void session.load()
  void spaces.load()
}

function linked(link: Link): void {
  const before = session.link.state
  session.link = link
  if (link.state === 'open' && before !== 'open') reload()
}

/** Everything anew: after the start, after a loss, after events were missed. */
function reload(): void {
  void session.load()
  void spaces.load()
  void transfers.load()
  people.loadAll()
  messages.again()
}

/** What was said since the last picture the screen drew, and what ends the gathering. */
let gathered: Said[] = []
let frame = 0
let timer: ReturnType<typeof setTimeout> | undefined

/** However many words come at once, they are drawn once a picture. A page out of sight draws none: there a timer does. */
function gather(said: Said): void {
  gathered.push(said)
  if (gathered.length > 1) return
  frame = requestAnimationFrame(flush)
  timer = setTimeout(flush, 200)
}

function flush(): void {
  cancelAnimationFrame(frame)
  clearTimeout(timer)
  const list = gathered
  gathered = []
  messages.put(list.map((one) => one.message))
  spaces.said(list)
}

function take(event: Event): void {
  // Events keep their order.
  if (event.type !== 'message' && gathered.length) flush()
  switch (event.type) {
    case 'message':
      gather({ message: event.message, isNew: event.new })
      break
    case 'read':
      spaces.read(event.space, event.unread)
      if (event.unread === 0) messages.read(event.space)
      break
    case 'delivered':
      messages.delivered(event.space, event.message, event.to)
      break
    case 'typing':
      typing.heard(event.space, event.person)
      break
    case 'space':
      void spaces.load()
      break
    case 'members':
      void spaces.loadMembers(event.space)
      void spaces.load()
      void people.load()
      break
    case 'person':
      spaces.online(event.person)
      void people.load()
      break
    case 'request':
      void people.loadRequests()
      void people.load()
      break
    case 'nearby':
      void people.loadNearby()
      break
    case 'notice':
      session.notice(event.text)
      break
    case 'transfer':
      if (event.gone) transfers.forget(event.transfer.id)
      else transfers.put(event.transfer)
      break
    case 'lagged':
      reload()
      break
    case 'files':
    case 'send':
      break
  }
  for (const heard of others) heard(event)
}
