//! A peer's API as its own user has it: over the Unix socket.
import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'

/** The answer to a request, still to be read. */
async function open(peer, method, path, body) {
  const socketPath = (await readFile(join(peer.folder, 'home/socket'), 'utf8')).trim()
  const headers = { host: 'peer', ...(body ? { 'content-type': 'application/json' } : {}) }
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path: `/api/v1${path}`, headers }, resolve)
    asked.on('error', reject)
    asked.end(body && JSON.stringify(body))
  })
}

/** What is answered to a request. */
export async function ask(peer, method, path, body) {
  const answer = await open(peer, method, path, body)
  const pieces = []
  for await (const piece of answer) pieces.push(piece)
  const text = Buffer.concat(pieces).toString()
  if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`)
  return JSON.parse(text || 'null')
}

/** Hears the peer's events; the answer ends it. */
export async function hear(peer, heard) {
  const answer = await open(peer, 'GET', '/events')
  let rest = ''
  answer.on('data', (piece) => {
    const lines = (rest + piece).split('\n')
    rest = lines.pop()
    for (const line of lines.filter(Boolean)) heard(JSON.parse(line))
  })
  return () => answer.destroy()
}
