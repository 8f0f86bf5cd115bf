//! A peer on a home of its own, driven by its commands.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The built program: PEER_PROGRAM, or where the workspace's build puts it. */
function program() {
  const target = process.env.CARGO_TARGET_DIR ?? new URL('../../target', import.meta.url).pathname
  const found = process.env.PEER_PROGRAM ?? join(target, 'debug/peer')
  if (!existsSync(found)) throw new Error(`${found} is missing: cargo build --workspace --all-targets`)
  return found
}

export class Peer {
  /** Starts one. */
  static async up(name) {
    const folder = await mkdtemp(join(tmpdir(), 'peer-page-'))
    const peer = new Peer(folder)
    await peer.run('up', '--background')
    if (name) await peer.run('name', name)
    return peer
  }

  constructor(folder) {
    this.folder = folder
  }

  /** Runs a command that must succeed; what it printed. */
  run(...args) {
    const env = {
      ...process.env,
      HOME: this.folder,
      XDG_CONFIG_HOME: join(this.folder, '.config'),
      PEER_HOME: join(this.folder, 'home'),
      PEER_PORT: '0',
      PEER_API_PORT: '0',
    }
    return new Promise((resolve, reject) => {
      execFile(program(), args, { env }, (error, out, err) => {
        if (error) reject(new Error(`peer ${args.join(' ')}: ${err}`))
        else resolve(out)
      })
    })
  }

  /** The one object that a command prints. */
  async json(...args) {
    return JSON.parse(await this.run(...args, '--json'))
  }

  /** An address that lets one browser in. */
  async address() {
    return (await this.json('open')).url
  }

  /** Stops it and takes everything away. */
  async gone() {
    await this.run('down').catch(() => {})
    await rm(this.folder, { recursive: true, force: true })
  }
}
