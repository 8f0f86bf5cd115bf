//! A running peer, over HTTP and one WebSocket.

import { Refusal, type Api, type Listener, type Piece } from './client.ts'
import { call, lines, once, path, put, query, request, setRenew, setToken, url } from './http.ts'
import { listen, wait } from './live.ts'
import type { Entered, Marked, Message, Space } from './types.ts'
import type { Tab, Upload } from './types.ts'

/** The one-time code of the address, which is taken out of it at once. */
function takeCode(): string | undefined {
  const found = /^#code=([^&]+)$/.exec(location.hash)
  if (!found) return undefined
  history.replaceState(null, '', location.pathname + location.search)
  return decodeURIComponent(found[1] ?? '')
}

/** A session with the peer: from the code if there is one, else from the cookie. `undefined`: there is none. */
async function session(code: string | undefined): Promise<string | undefined> {
  const ways: [string, unknown][] = code ? [['/session', { code }]] : []
  for (const [rest, body] of [...ways, ['/tab', {}] as [string, unknown]]) {
    const answer = await once('POST', rest, body)
    if (answer.ok) return ((await answer.json()) as Tab).token
    if (answer.status >= 500) throw new Refusal({ code: 'internal', message: `the peer answered ${answer.status}` })
  }
  return undefined
}

function live(listener: Listener): () => void {
  let tries = 0
  let lostSince = 0
  let wake: () => void = () => {}

  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const isOpen = () => {
    tries = 0
    lostSince = 0
    listener.link({ state: 'open' })
  }

  async function keep(code: string | undefined): Promise<void> {
    for (;;) {
      try {
        const token = await session(code)
        code = undefined
        if (token === undefined) {
          listener.link({ state: 'signed_out' })
          await new Promise<void>((resolve) => (wake = resolve))
          continue
        }
        setToken(token)
        await listen(token, isOpen, (event) => listener.event(event))
      } catch {
        // Whatever the reason, the answer is the same: say so, wait, try again.
      }
      lostSince ||= Date.now()
      const ms = wait(tries++, Math.random())
      listener.link({ state: 'lost', since: lostSince, retryAt: Date.now() + ms })
      await sleep(ms)
    }
  }

  setRenew(async () => {
    const token = await session(undefined)
    if (token) setToken(token)
    return token !== undefined
  })
  addEventListener('online', () => wake())
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && wake())
  // A new code may come in a tab that is open already.
  addEventListener('hashchange', () => {
    const fresh = takeCode()
    if (fresh)
      void once('POST', '/session', { code: fresh }).then(
        () => wake(),
        () => {},
      )
  })
  void keep(takeCode())
  return () => wake()
}

export function real(): Api {
  let wake: () => void = () => {}
  const space = (id: string, ...rest: string[]) => path('spaces', id, ...rest)

  return {
    start: (listener) => (wake = live(listener)),
    retry: () => wake(),

    status: () => call('GET', '/status'),
    identity: () => call('GET', '/id'),
    set: (settings) => call('PUT', '/settings', settings),
    backup: (file, passphrase) => call('POST', '/backup', { file, passphrase }),
    stop: () => call('POST', '/stop', {}),
    signOut: async () => {
      await call('DELETE', '/session')
      // What is known here belongs to the session.
      location.reload()
    },

    people: () => call('GET', '/people'),
    block: (who, blocked) => call('PUT', path('people', who, 'blocked'), { blocked }),
    nearby: () => call('GET', '/nearby'),
    connect: (to) => call('POST', '/connect', { to }),
    requests: () => call('GET', '/requests'),
    answer: (who, confirm) => call('POST', path('requests', who), { confirm }),
    connections: () => call('GET', '/connections'),

    spaces: () => call<Space[]>('GET', '/spaces'),
    space: (id) => call('GET', space(id)),
    newSpace: async (name, kind) => (await call<Entered>('POST', '/spaces', { name, kind })).space,
    rename: async (id, name) => (await call<Entered>('PUT', space(id, 'name'), { name })).space,
    leave: (id) => call('DELETE', space(id)),
    members: (id) => call('GET', space(id, 'members')),
    invite: (id, ask) => call('POST', space(id, 'invitations'), ask),
    invitations: (id) => call('GET', '/invitations' + query({ space: id })),
    uninvite: (id) => call('DELETE', path('invitations', id)),
    preview: (link) => call('POST', '/join/preview', { link }),
    join: async (link) => (await call<Entered>('POST', '/join', { link })).space,

    messages: (id, ask) => call<Message[]>('GET', space(id, 'messages') + query({ ...ask })),
    say: (id, text, reply_to, attach = []) => call('POST', space(id, 'messages'), { text, reply_to, attach }),
    edit: (id, text) => call('PUT', path('messages', id), { text }),
    unsay: (id) => call('DELETE', path('messages', id)),
    react: (id, emoji, on) => call('PUT', path('messages', id, 'reactions'), { emoji, on }),
    search: (text, id, limit) => call('GET', '/search' + query({ text, space: id, limit })),
    markRead: async (id, upto) => (await call<Marked>('PUT', space(id, 'read'), { upto })).unread,
    typing: (id) => void once('PUT', space(id, 'typing')).catch(() => {}),

    files: (id, within) => call('GET', space(id, 'files') + query({ path: within })),
    share: (id, paths, copy, on, signal) => lines(space(id, 'files'), { paths, copy, background: true }, on, signal),
    get: (id, paths, to, on, signal) => lines(space(id, 'files', 'get'), { paths, to, background: true }, on, signal),
    unshare: async (id, paths) =>
      (await call<{ files: number }>('POST', space(id, 'files', 'unshare'), { paths })).files,
    holders: (id, of) => call('GET', space(id, 'files', 'holders') + query({ path: of })),
    contentUrl: (id, of, preview) => url(space(id, 'content') + query({ path: of, preview: preview ? 1 : undefined })),
    attachmentUrl: (id, n, preview) =>
      url(path('messages', id, 'attachments', String(n)) + query({ preview: preview ? 1 : undefined })),
    text: textAt,
    getAttached: (id, names, to, on) => lines(path('messages', id, 'attachments'), { names, to, background: true }, on),

    upload,
    endUpload: (id) => call('DELETE', path('uploads', id)),
    folders: (of) => call('GET', '/folders' + query({ path: of })),

    send: (paths, copy, uses) => call('POST', '/sends', { paths, copy, uses }),
    sends: () => call('GET', '/sends'),
    cancelSend: (id) => call('DELETE', path('sends', id)),
    receive: (code, to, on, signal) => lines('/receive', { code, to, background: true }, on, signal),

    transfers: () => call('GET', '/transfers'),
    pause: (id, paused) => call('PUT', path('transfers', id), { paused }),
    dropTransfer: (id) => call('DELETE', path('transfers', id)),
  }
}

async function textAt(address: string, maxBytes: number): Promise<string> {
  const rest = address.slice(url('').length)
  const answer = await request('GET', rest)
  const reader = answer.body?.getReader()
  if (!reader) return ''
  const decoder = new TextDecoder()
  let text = ''
  for (let bytes = 0; bytes < maxBytes;) {
    const { done, value } = await reader.read()
    if (done) break
    bytes += value.length
    text += decoder.decode(value, { stream: true })
  }
  void reader.cancel()
  return text
}

async function upload(pieces: Piece[], on?: (sent: number) => void, signal?: AbortSignal): Promise<Upload> {
  const made = await call<Upload>('POST', '/uploads', {})
  try {
    let before = 0
    for (const { path: parts, content } of pieces) {
      await put(path('uploads', made.id, ...parts), content, (sent) => on?.(before + sent), signal)
      before += content.size
      on?.(before)
    }
    return made
  } catch (cause) {
    await call('DELETE', path('uploads', made.id)).catch(() => {})
    throw cause
  }
}
