//! What the page needs and the OpenAPI document does not say yet. Each type leaves here when `types.ts` has it.

import type { Event as Told, Reach } from './types.ts'

/** `POST /session` and `POST /tab` */
export interface Token {
  /** Presented with every change and by the live connection. */
  token: string
}

/** `POST /uploads` */
export interface Upload {
  id: string
  /** The absolute path of the folder on the peer's computer. */
  folder: string
}

/** `GET /connections`: one for every peer of every member and contact. */
export interface Connection {
  /** The peer's id. */
  peer: string
  /** The person's id. */
  person: string
  name: string
  me: boolean
  online: boolean
  reach: Reach
  rtt_ms?: number
  /** Through whom, where relayed: a name. */
  via?: string
  /** The address, as `ip:port`. */
  path?: string
  /** Since when. */
  since?: string
  sent_bytes: number
  received_bytes: number
  /** Ids of the spaces shared with them. */
  spaces: string[]
}

export type TransferKind = 'get' | 'share' | 'send' | 'receive'
export type TransferState = 'going' | 'paused' | 'done' | 'failed'

/** `GET /transfers` */
export interface Transfer {
  id: string
  kind: TransferKind
  /** The space's id, if it is of a space. */
  space?: string
  name: string
  state: TransferState
  bytes: number
  total_bytes: number
  files: number
  total_files: number
  /** Bytes a second. */
  rate: number
  /** Names of those it comes from. */
  from: string[]
  problem?: string
  since: string
}

/** `GET /spaces/{space}/files/holders?path=` */
export interface Holder {
  /** The peer's id. */
  peer: string
  /** The person's id. */
  person: string
  name: string
  me: boolean
  /** Bytes of it they have. */
  bytes: number
}

/** `GET /spaces/{space}/files/holders?path=` */
export interface Holders {
  size: number
  holders: Holder[]
}

/** `GET /folders?path=` */
export interface Folders {
  path: string
  /** The folder above, if there is one. */
  parent?: string
  folders: string[]
}

/** Which messages: around one, before or after one, or from a moment on. */
export interface MessagesAsk {
  last?: number
  first?: number
  since?: string
  around?: string
  before?: string
  after?: string
  at?: string
}

/** What happens, with what is still to come. */
export type Event = Told | { type: 'transfer'; transfer: Transfer }
