//! Requests to the peer: the tab's token, refusals, answers line by line, uploads.

import { Refusal } from './client.ts'
import type { Problem, Progress } from './types.ts'

const prefix = '/api/v1'

/** The token that every change carries; `live` and `http` share it. */
let token = ''

export function setToken(fresh: string): void {
  token = fresh
}

/** What to do when the token is no longer good: asks for a new one, or says no. */
let renew: () => Promise<boolean> = async () => false

export function setRenew(how: () => Promise<boolean>): void {
  renew = how
}

/** A path of parts, each encoded. */
export function path(...parts: string[]): string {
  return parts.map((part) => '/' + encodeURIComponent(part)).join('')
}

/** The query of what is there. */
export function query(ask: Record<string, string | number | boolean | undefined>): string {
  const pairs = Object.entries(ask).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]))
  return pairs.length ? '?' + new URLSearchParams(pairs as [string, string][]) : ''
}

export function url(rest: string): string {
  return prefix + rest
}

export async function call<T>(method: string, rest: string, body?: unknown): Promise<T> {
  const answer = await request(method, rest, body)
  const text = await answer.text()
  return (text ? JSON.parse(text) : {}) as T
}

/** A long piece of work, told line by line; resolves with its last line, or refuses as that says. */
export async function lines<Done>(
  rest: string,
  body: unknown,
  on?: (progress: Extract<Progress, { type: 'going' | 'note' }>) => void,
  signal?: AbortSignal,
): Promise<Done> {
  const answer = await request('POST', rest, body, signal)
  let done: Done | undefined
  for await (const line of split(answer)) {
    const progress = JSON.parse(line) as Progress
    if (progress.type === 'failed') throw new Refusal(progress.error)
    if (progress.type === 'done') done = progress as Done
    else on?.(progress)
  }
  if (!done) throw unreachable()
  return done
}

async function* split(answer: Response): AsyncGenerator<string> {
  if (!answer.body) return
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    const parts = (rest + value).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) if (part) yield part
  }
  if (rest) yield rest
}

export async function request(method: string, rest: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const answer = await once(method, rest, body, signal)
  if (answer.ok) return answer
  const stale = (answer.status === 401 || answer.status === 403) && method !== 'GET'
  if (stale && (await renew())) {
    const again = await once(method, rest, body, signal)
    if (again.ok) return again
    throw await refusal(again)
  }
  throw await refusal(answer)
}

/** One request, without renewing anything. */
export async function once(method: string, rest: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = {}
  if (method !== 'GET' && token) headers['x-peerage-tab'] = token
  if (body !== undefined) headers['content-type'] = 'application/json'
  try {
    return await fetch(url(rest), {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
      credentials: 'same-origin',
      cache: 'no-store',
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw unreachable()
  }
}

export async function refusal(answer: Response): Promise<Refusal> {
  try {
    const { error } = (await answer.json()) as { error: Problem }
    return new Refusal(error)
  } catch {
    return new Refusal({ code: 'internal', message: `the peer answered ${answer.status}` })
  }
}

export function unreachable(): Refusal {
  return new Refusal({ code: 'not_running', message: 'the peer does not answer' })
}

/** Puts bytes somewhere and says how much has gone: `fetch` cannot tell. */
export function put(rest: string, content: Blob, on: (sent: number) => void, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('PUT', url(rest))
    request.setRequestHeader('x-peerage-tab', token)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.upload.onprogress = (event) => on(event.loaded)
    request.onerror = () => reject(unreachable())
    request.onabort = () => reject(signal?.reason)
    request.onload = () => {
      if (request.status < 300) resolve()
      else void refusal(new Response(request.responseText, { status: Math.max(200, request.status) })).then(reject)
    }
    signal?.addEventListener('abort', () => request.abort(), { once: true })
    request.send(content)
  })
}
