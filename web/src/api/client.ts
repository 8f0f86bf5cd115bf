//! The one interface between the page and a peer. `real.ts` speaks to a running one, `mock.ts` is a world in memory.

import type {
  AnyPath,
  BackedUp,
  Connection,
  Done,
  Event,
  File as SharedFile,
  Folders,
  Holders,
  Identity,
  Invitation,
  Kind,
  Member,
  Message,
  NearbyList,
  NewInvitation,
  Offer,
  Person,
  Preview,
  Problem,
  Progress,
  Request,
  Said,
  Settings,
  Space,
  Status,
  Transfer,
  Upload,
} from './types.ts'

/** Which messages: around one or a moment, before or after one, or the last ones. */
export interface MessagesAsk {
  last?: number
  first?: number
  since?: string
  around?: string
  before?: string
  after?: string
  at?: string
}

/** How the page and its peer stand. */
export type Link =
  /** Not asked yet. */
  | { state: 'starting' }
  /** Everything said here holds. */
  | { state: 'open' }
  /** The peer does not answer; the next try is at `retryAt` (milliseconds as of `Date.now`). */
  | { state: 'lost'; since: number; retryAt: number }
  /** The peer answers, but this browser has no session with it. */
  | { state: 'signed_out' }

/** Who listens to the peer. */
export interface Listener {
  event(event: Event): void
  link(link: Link): void
}

/** What a refusal or a failure is, for people. */
export class Refusal extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.message)
    this.name = 'Refusal'
    this.problem = problem
  }
}

/** Bytes that go to the peer: where beneath the upload's folder, and what. */
export interface Piece {
  path: string[]
  content: Blob
}

export type OnProgress = (progress: Extract<Progress, { type: 'going' | 'note' }>) => void

export interface Api {
  /** Opens the session and the stream of events, and keeps them open. Call once. */
  start(listener: Listener): void
  /** Tries at once to find a lost peer again. */
  retry(): void

  status(): Promise<Status>
  identity(): Promise<Identity>
  set(settings: Settings): Promise<Settings>
  backup(file: string, passphrase: string): Promise<BackedUp>
  stop(): Promise<void>
  /** Lets this browser in no longer. */
  signOut(): Promise<void>

  people(): Promise<Person[]>
  block(who: string, blocked: boolean): Promise<Person>
  nearby(): Promise<NearbyList>
  connect(to: string): Promise<Request>
  requests(): Promise<Request[]>
  answer(who: string, confirm: boolean): Promise<Request>
  connections(): Promise<Connection[]>

  spaces(): Promise<Space[]>
  space(space: string): Promise<Space>
  newSpace(name: string, kind: Kind): Promise<Space>
  rename(space: string, name: string): Promise<Space>
  leave(space: string): Promise<void>
  members(space: string): Promise<Member[]>
  invite(space: string, ask: NewInvitation): Promise<Invitation>
  invitations(space?: string): Promise<Invitation[]>
  uninvite(id: string): Promise<Invitation>
  preview(link: string): Promise<Preview>
  join(link: string): Promise<Space>

  messages(space: string, ask: MessagesAsk): Promise<Message[]>
  say(space: string, text: string, replyTo?: string, attach?: string[]): Promise<Said>
  edit(id: string, text: string): Promise<Message>
  unsay(id: string): Promise<Message>
  react(id: string, emoji: string, on: boolean): Promise<Message>
  search(text: string, space?: string, limit?: number): Promise<Message[]>
  markRead(space: string, upto?: string): Promise<number>
  /** Tells the members that one is writing; failures do not matter. */
  typing(space: string): void

  files(space: string, path?: string): Promise<SharedFile[]>
  share(space: string, paths: string[], copy: boolean, on?: OnProgress, signal?: AbortSignal): Promise<Done>
  get(space: string, paths: AnyPath[], to: string, on?: OnProgress, signal?: AbortSignal): Promise<Done>
  unshare(space: string, paths: AnyPath[]): Promise<number>
  holders(space: string, path: string): Promise<Holders>
  /** Where the bytes of a shared file are; `preview` only as a picture, sound, film or text. */
  contentUrl(space: string, path: string, preview?: boolean): string
  /** The same of what is attached to a message, counted from 0. */
  attachmentUrl(message: string, n: number, preview?: boolean): string
  /** The beginning of a text, from one of the two addresses above. */
  text(url: string, maxBytes: number): Promise<string>
  getAttached(message: string, names: string[], to: string, on?: OnProgress): Promise<Done>

  /** Puts bytes beneath a folder of the peer's. Ends what it began if it is aborted. */
  upload(pieces: Piece[], on?: (sentBytes: number) => void, signal?: AbortSignal): Promise<Upload>
  endUpload(id: string): Promise<void>
  folders(path?: string): Promise<Folders>

  /** `copy`: keep a copy, for what was uploaded. */
  send(paths: string[], copy: boolean, uses?: number): Promise<Offer>
  sends(): Promise<Offer[]>
  cancelSend(id: string): Promise<void>
  receive(code: string, to: string, on?: OnProgress, signal?: AbortSignal): Promise<Done>

  transfers(): Promise<Transfer[]>
  pause(id: string, paused: boolean): Promise<void>
  dropTransfer(id: string): Promise<void>
}
