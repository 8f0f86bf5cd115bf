// Made from the OpenAPI document by `npm run types`; do not edit.

/** `POST /api/v1/requests/{who}`: the answer to a request. */
export interface Answer {
  /** Whether the words are the same (confirm) or not (deny). */
  confirm: boolean
}

/** A path: text, or the base64 of its bytes where they are not UTF-8. */
export type AnyPath = string | {
  base64: string
}

/** Where the page is. */
export interface ApiStatus {
  /** The page's address on this computer. */
  url: string
}

/** A file that belongs to a message. */
export interface Attachment {
  /** BLAKE3 of its content, hex. */
  hash: string
  /** Its name. */
  name: string
  /** Its bytes. */
  size: number
}

/** What a backup holds. */
export interface BackedUp {
  /** The file. */
  file: string
  /** Its bytes. */
  size: number
}

/** `POST /api/v1/backup` */
export interface Backup {
  /** The file to write, absolute. */
  file: AnyPath
  /** What it is encrypted with. */
  passphrase: string
}

/** `PUT /api/v1/people/{who}/blocked` */
export interface Block {
  /** Whether to block or unblock. */
  blocked: boolean
}

/** The kinds of problems. The number is the command's exit code, and a contract. */
export type Code = "internal" | "usage" | "not_running" | "already_running" | "not_found" | "ambiguous" | "not_allowed" | "unreachable" | "invitation" | "too_large" | "storage" | "home" | "file" | "needs_answer" | "interrupted" | "refused" | "version"

/** `POST /api/v1/connect` */
export interface Connect {
  /** `IP`, `IP:PORT`, a link, or the name or short id of somebody nearby. */
  to: string
}

/** One peer of a member or a contact, or one's own. `GET /api/v1/connections` */
export interface Connection {
  /** Whether it acts for oneself. */
  me: boolean
  /** The person's name. */
  name: string
  /** Whether it is online, as far as one hears. */
  online: boolean
  /** The address its packets come from, as `ip:port`; none where they are relayed. */
  path?: string
  /** The peer's id. */
  peer: string
  /** The id of the person it acts for. */
  person: string
  /** How it is reached; of one's own running peer `local`. */
  reach: Reach
  /** Bytes received over the session's connection. */
  received_bytes: number
  /** The round trip, milliseconds. */
  rtt_ms?: number
  /** Bytes sent over the session's connection. */
  sent_bytes: number
  /** Since when there is a session with it. */
  since?: string
  /** Ids of the spaces one shares with it. */
  spaces: string[]
  /** The name of who relays, where it is relayed and that is known. */
  via?: string
  /** The id of the peer that relays, likewise. */
  via_peer?: string
}

/** What came of it. */
export interface Done {
  /** Bytes of content. */
  bytes: number
  /** Bytes that came over the network for it. */
  fetched_bytes: number
  /** Files. */
  files: number
  /** Names left out or changed. */
  notes: number
  /** Of a share: the first part of the paths within the space, one an argument. */
  paths?: string[]
}

/** `PUT /api/v1/messages/{id}` */
export interface Edit {
  /** The new text. */
  text: string
}

/** The answer to whatever makes or enters a space. */
export interface Entered {
  /** The space. */
  space: Space
}

/** Something happened. A program that falls behind gets [`Event::Lagged`] and asks for the state anew. */
export type Event = {
  /** The message as it stands now. */
  message: Message
  /** Whether it is new. */
  new: boolean
  type: "message"
} | {
  /** The space's id. */
  space: string
  type: "read"
  /** What is left. */
  unread: number
} | {
  /** The message's id: it and all of one's own before it. */
  message: string
  /** The space's id. */
  space: string
  /** The person's id. */
  to: string
  type: "delivered"
} | {
  /** The person's id. */
  person: string
  /** The space's id. */
  space: string
  type: "typing"
} | {
  /** The space's id. */
  space: string
  type: "space"
} | {
  /** The space's id. */
  space: string
  type: "members"
} | {
  /** The space's id. */
  space: string
  type: "files"
} | {
  /** Whether online. */
  online: boolean
  /** The person's id. */
  person: string
  type: "person"
} | {
  /** The person's id. */
  person: string
  type: "request"
} | {
  type: "nearby"
} | {
  /** Whether it is no longer in the list. */
  gone?: boolean
  /** The transfer as it stands now. */
  transfer: Transfer
  type: "transfer"
} | {
  /** The offer's id. */
  id: string
  type: "send"
} | {
  /** A whole sentence. */
  text: string
  type: "notice"
} | {
  /** How many. */
  missed: number
  type: "lagged"
}

/** How a problem is wrapped as a response's body and on stderr under `--json`. */
export interface Failure {
  /** The problem. */
  error: Problem
}

/** One file of a space. */
export interface File {
  /** Who shared it: the person's name. */
  by: string
  /** The person's id. */
  by_id: string
  /** Other files shared at the same path, by others and at the same time. */
  conflicts?: number
  /** Whether it may be run as a program. */
  executable?: boolean
  /** BLAKE3 of the content, hex. */
  hash: string
  /** Bytes of it at hand. */
  have: number
  /** Names of persons known to have all of it. */
  holders?: string[]
  /** When the content was last changed, as its owner's computer says. */
  modified?: string
  /** The path within the space, parts joined by `/`; what is not UTF-8 in it shows as U+FFFD. */
  path: string
  /** The path's bytes in base64, only where they are not UTF-8. */
  path_bytes?: string
  /** Bytes of content. */
  size: number
  /** How it stands on this device. */
  state: FileState
}

/** How a file stands on this device. */
export type FileState = "shared" | "here" | "partial" | "remote" | "changed"

/** A folder and the folders in it. */
export interface Folders {
  /** Where downloads usually go. */
  downloads: string
  /** Names of the folders in it, hidden ones left out, in the order of their names; at most [`MAX_FOLDERS`]. */
  folders: string[]
  /** The folder it is in; none above the root. */
  parent?: string
  /** The folder's absolute path. */
  path: string
  /** Whether fetched files could be put here. */
  writable: boolean
}

/** `POST /api/v1/spaces/{space}/files/get` */
export interface Get {
  /** Go on when nobody listens to the answer any more: it can be seen among the transfers. */
  background?: boolean
  /** Paths within the space: of files or of folders. */
  paths: AnyPath[]
  /** The absolute path of the folder to put them in. */
  to: AnyPath
}

/** `POST /api/v1/messages/{id}/attachments`: fetches what is attached to a message. */
export interface GetAttached {
  /** Go on when nobody listens to the answer any more: it can be seen among the transfers. */
  background?: boolean
  /** Names of attachments; all if there are none. */
  names?: string[]
  /** The space the message is said to be in; it is looked for in all of them if absent. */
  space?: string
  /** The absolute path of the folder to put them in. */
  to: AnyPath
}

/** A peer that has some or all of a file. */
export interface Holder {
  /** Bytes of the file it has, as far as known. */
  bytes: number
  /** Whether it acts for oneself. */
  me: boolean
  /** The person's name. */
  name: string
  /** Whether it is online, as far as one hears. */
  online: boolean
  /** The peer's id. */
  peer: string
  /** The id of the person it acts for. */
  person: string
}

/** Who has how much of a file. */
export interface Holders {
  /** The peers that have some or all of it, as far as known; one's own first. */
  holders: Holder[]
  /** Bytes of the file. */
  size: number
}

/** `GET /api/v1/id`: what one gives to others. */
export interface Identity {
  /** A link that `peer connect` understands: key and addresses. */
  link: string
  /** The name others see. */
  name: string
  /** The peer and its person. */
  peer: string
  /** The person's id. */
  person: string
}

/** An invitation. */
export interface Invitation {
  /** Who made it. */
  by: string
  /** When it expires. */
  expires?: string
  /** The invitation's id. */
  id: string
  /** The link, if it is known here (one's own invitations). */
  link?: string
  /** What who joins may do. */
  role: Role
  /** The space's id. */
  space: string
  /** The space's name. */
  space_name: string
  /** `open`, `used up`, `expired` or `withdrawn`. */
  state: InvitationState
  /** How often it was used. */
  used: number
  /** How often it may be used. */
  uses?: number
}

/** How an invitation stands. */
export type InvitationState = "open" | "used_up" | "expired" | "withdrawn"

/** `POST /api/v1/join/preview` and `/join` */
export interface Join {
  /** The link. */
  link: string
}

/** What kind of space. */
export type Kind = "self" | "direct" | "group" | "channel"

/** The answer to leaving a space. */
export interface Left {
  /** Its name. */
  name: string
  /** The space's id. */
  space: string
}

/** `POST /api/v1/session`, of the page only: trades the code for a session, which is a cookie. */
export interface Login {
  /** The code of the address's fragment. */
  code: string
}

/** `PUT /api/v1/spaces/{space}/read` */
export interface MarkRead {
  /** Up to and with this message; all if absent. */
  upto?: string
}

/** The answer to marking as read. */
export interface Marked {
  /** The space's id. */
  space: string
  /** Messages still unread. */
  unread: number
}

/** `GET /api/v1/spaces/{space}/members` */
export interface Member {
  /** The person's id. */
  id: string
  /** Whether it is oneself. */
  me: boolean
  /** The name. */
  name: string
  /** Whether any of the person's peers is online. */
  online: boolean
  /** The ids of the person's peers. */
  peers: string[]
  /** The role. */
  role: Role
}

/** A message, as it stands now (edits and reactions folded in). */
export interface Message {
  /** What is attached. */
  attachments?: Attachment[]
  /** The author's name. */
  author: string
  /** The author's id. */
  author_id: string
  /** Of one's own: ids of the persons on whose peer it lasts. */
  delivered_to?: string[]
  /** Whether it was edited since. */
  edited?: boolean
  /** The message's id. */
  id: string
  /** Ids of the persons mentioned. */
  mentions?: string[]
  /** Whether it is one's own. */
  mine: boolean
  /** Who thinks what of it. */
  reactions?: Reaction[]
  /** The message it answers. */
  reply_to?: string
  /** The space's id. */
  space: string
  /** The text; empty when withdrawn. */
  text: string
  /** When it was written. */
  time: string
  /** Whether one has not read it yet. */
  unread: boolean
  /** Whether its author took it back. */
  withdrawn?: boolean
}

/** `GET /api/v1/nearby`: who is on the local network. */
export interface Nearby {
  /** The peer's id. */
  id: string
  /** The name it gives. */
  name: string
  /** The first letters of it, for people. */
  short: string
}

/** The answer of `GET /api/v1/nearby`. */
export interface NearbyList {
  /** What may hide us, and what to do. */
  hint?: string
  /** Whether looking is switched on. */
  on: boolean
  /** Who is there. */
  people: Nearby[]
}

/** `POST /api/v1/spaces/{space}/invitations` */
export interface NewInvitation {
  /** Seconds until it expires; never if absent. */
  expires_s?: number
  role?: Role
  /** How often it may be used; any number of times if absent. */
  uses?: number
}

/** `POST /api/v1/sends` */
export interface NewSend {
  /** Keep a copy, so that the originals may change or go. */
  copy?: boolean
  /** Absolute paths of files and folders. */
  paths: AnyPath[]
  /** How often it may be received; once if absent. */
  uses?: number
}

/** `POST /api/v1/spaces` */
export interface NewSpace {
  /** Group or channel. */
  kind: Kind
  /** Its name. */
  name: string
}

/** Nothing asked, or nothing more to say. */
export type Nothing = Record<string, never>

/** What is offered. `GET /api/v1/sends` */
export interface Offer {
  /** Bytes in all. */
  bytes: number
  /** A few words, for the same network. */
  code: string
  /** Files in all. */
  files: number
  /** The offer's id, for `DELETE /api/v1/sends/{id}`. */
  id: string
  /** A link, for everywhere. */
  link: string
  /** The names of what is sent. */
  names: string[]
  /** How often it was received. */
  received: number
  /** How often it may be received. */
  uses: number
}

/** `POST /api/v1/open`, over the Unix socket only: lets one browser in. */
export interface Opened {
  /** Seconds until the code is worth nothing. */
  expires_s: number
  /** The page's address with a code in its fragment. The code works once, and not for long. */
  url: string
}

/** The running program. */
export interface PeerStatus {
  /** The addresses others may find it at, best first, as `ip:port`. */
  addresses: string[]
  /** The folder it keeps everything in. */
  home: string
  /** Its key, which is its address. */
  id: string
  /** Whether people on the local network can see it. */
  nearby: boolean
  /** Its process id. */
  pid: number
  /** The port it listens on: UDP for peers, TCP for greetings. */
  port: number
  /** Since when it runs. */
  since: string
  /** The program's version. */
  version: string
}

/** `GET /api/v1/people`: contacts, and members of shared spaces. */
export interface Person {
  /** Whether one has blocked them. */
  blocked: boolean
  /** Whether both confirmed each other's words. */
  contact: boolean
  /** The person's id. */
  id: string
  /** When they were last online. */
  last_seen?: string
  /** The name. */
  name: string
  /** Whether any of their peers is online. */
  online: boolean
  /** Their peers' ids. */
  peers: string[]
  /** How they are reached. */
  reach: Reach
  /** Round trip to the nearest of their peers, milliseconds. */
  rtt_ms?: number
  /** Ids of the spaces one shares with them. */
  spaces: string[]
}

/** Who a peer acts for. */
export interface PersonStatus {
  /** The person's id. */
  id: string
  /** The name others see. */
  name: string
}

/** What a link says before one accepts. */
export interface Preview {
  /** Who invites, as the link says. */
  by: string
  /** When it expires. */
  expires?: string
  /** Group or channel. */
  kind: Kind
  /** Whether one is in that space already. */
  member: boolean
  /** The space's name, as the link says. */
  name: string
  /** What one may do. */
  role: Role
  /** The space's id. */
  space: string
}

/** A problem, told once, at the edge. As JSON it stands under `error`. */
export interface Problem {
  /** What kind it is: for programs, and the command's exit code. */
  code: Code
  /** What to do about it, where something helps. */
  hint?: string
  /** What happened, one sentence without a full stop. */
  message: string
  /** Why, where it is known. */
  why?: string
}

/** How a long piece of work goes: one line each of the answer's stream; the last is `done` or `failed`. */
export type Progress = {
  /** Bytes done. */
  bytes: number
  /** Files done. */
  files: number
  /** Names of the holders it comes from, or what is waited for. */
  from: string[]
  /** What is being done: `scanning`, `hashing`, `fetching`, `writing`, `waiting`. */
  step: string
  /** Bytes in all, once known. */
  total_bytes: number
  /** Files in all, once known. */
  total_files: number
  type: "going"
} | {
  /** What it is about. */
  path: string
  /** A whole sentence. */
  text: string
  type: "note"
} | Done & {
  type: "done"
} | {
  /** Why. */
  error: Problem
  type: "failed"
}

/** How one peer gets to another. Colour, shape and word are the same everywhere. */
export type Reach = "local" | "lan" | "direct" | "punched" | "mapped" | "relayed" | "unreachable"

/** `PUT /api/v1/messages/{id}/reactions` */
export interface React {
  /** The emoji (or short text). */
  emoji: string
  /** Whether to give it or take it back. */
  on: boolean
}

/** One reaction and who gave it. */
export interface Reaction {
  /** Ids of the persons. */
  by: string[]
  /** The emoji (or short text). */
  emoji: string
}

/** `POST /api/v1/receive`: answers with a stream of [`crate::files::Progress`]. */
export interface Receive {
  /** Go on when nobody listens to the answer any more: it can be seen among the transfers. */
  background?: boolean
  /** The words, or the link. */
  code: string
  /** The absolute path of the folder to put it in. */
  to: AnyPath
}

/** `PUT /api/v1/spaces/{space}/name` */
export interface Rename {
  /** The new name. */
  name: string
}

/** Somebody who asks to be a contact, or whom one asked. `GET /api/v1/requests` */
export interface Request {
  /** Whether we have confirmed. */
  confirmed: boolean
  /** Whether they have confirmed. */
  confirmed_by_them: boolean
  /** The person's id. */
  id: string
  /** Whether they came to us. */
  incoming: boolean
  /** The name they give. */
  name: string
  /** Since when. */
  since: string
  /** The words both should see. */
  words: string
}

/** What a member may do. */
export type Role = "owner" | "manager" | "writer" | "reader"

/** The answer: it lasts on this device. */
export interface Said {
  /** The message's id. */
  id: string
  /** The space's id. */
  space: string
  /** When it was written. */
  time: string
}

/** `POST /api/v1/spaces/{space}/messages`; the space may be `@NAME`. */
export interface Say {
  /** Absolute paths of files to attach. */
  attach?: AnyPath[]
  /** The message it answers: an id or a prefix of one. */
  reply_to?: string
  /** The text. */
  text: string
}

/** `POST /api/v1/spaces/{space}/messages/many` */
export interface SayMany {
  /** What to say, in this order; at most [`MAX_SAY_MANY`]. */
  messages: Say[]
}

/** `PUT /api/v1/transfers/{id}` */
export interface SetTransfer {
  /** Whether to stop it for now, or to go on (also with one that failed). */
  paused: boolean
}

/** `GET`/`PUT /api/v1/settings`. In a `PUT` what is absent stays. */
export interface Settings {
  /** The name others see. */
  name?: string
  /** Whether people on the local network can see this peer, and this peer them. */
  nearby?: boolean
}

/** `POST /api/v1/spaces/{space}/files` */
export interface Share {
  /** Go on when nobody listens to the answer any more: it can be seen among the transfers. */
  background?: boolean
  /** Keep a copy, so that the originals may change or go. */
  copy?: boolean
  /** Absolute paths of files and folders. */
  paths: AnyPath[]
}

/** `GET /api/v1/spaces` */
export interface Space {
  /** The space's id. */
  id: string
  /** What kind. */
  kind: Kind
  last?: Message
  /** How many persons are in it. */
  members: number
  /** Whether one of them mentions oneself. */
  mentioned: boolean
  /** Its name; of a direct space the other person's. */
  name: string
  /** What members should know: a fork, an invitation used too often. Whole sentences. */
  notices: string[]
  /** How many of them are online, oneself included. */
  online: number
  /** One's own role. */
  role: Role
  /** Messages one has not read. */
  unread: number
}

/** `GET /api/v1/status` */
export interface Status {
  /** Where the page is. */
  api: ApiStatus
  /** What deserves attention: a wrong clock, a set-aside store, a firewall. Whole sentences. */
  notices: string[]
  /** The running program. */
  peer: PeerStatus
  /** Who it acts for. */
  person: PersonStatus
  /** Bytes of content received from other peers since the start. */
  received_bytes: number
  /** Bytes of content sent to other peers since the start. */
  sent_bytes: number
  /** Peers with an open session. */
  sessions: number
  /** How many spaces one is in. */
  spaces: number
  /** Unread messages in all of them. */
  unread: number
}

/** The answer to `POST /api/v1/session` and `POST /api/v1/tab`. */
export interface Tab {
  /** What this tab sends with every change, in the header [`TAB_HEADER`], and offers when it opens `/live`. */
  token: string
}

/** One piece of work. `GET /api/v1/transfers`: those under way first, then the latest. */
export interface Transfer {
  /** Bytes done. */
  bytes: number
  /** Files done. */
  files: number
  /** Names of the holders it comes from. */
  from: string[]
  /** Its id, until the peer stops. */
  id: string
  /** What is done. */
  kind: TransferKind
  /** What it is about: the name of a file or folder, and how many more. */
  name: string
  problem?: Problem
  /** Bytes a second, of late; 0 when nothing moves. */
  rate: number
  /** When it began. */
  since: string
  /** The space's id, where there is one. */
  space?: string
  /** How it stands. */
  state: TransferState
  /** What is being done just now: `scanning`, `hashing`, `fetching`, `writing`, `waiting`; empty when nothing is. */
  step: string
  /** The folder it goes to, where there is one. */
  to?: string
  /** Bytes in all, once known. */
  total_bytes: number
  /** Files in all, once known. */
  total_files: number
}

/** What is done. */
export type TransferKind = "get" | "share" | "send" | "receive"

/** How a transfer stands. */
export type TransferState = "going" | "paused" | "done" | "failed"

/** `POST /api/v1/spaces/{space}/files/unshare` */
export interface Unshare {
  /** Paths within the space: of files or of folders. */
  paths: AnyPath[]
}

/** The answer: what is no longer shared. */
export interface Unshared {
  /** How many files. */
  files: number
}

/** `POST /api/v1/uploads`: a folder for files to come. */
export interface Upload {
  /** The absolute path of its folder. */
  folder: string
  /** The upload's id. */
  id: string
}

/** The answer to `PUT /api/v1/uploads/{id}/{path}`: the file is there. */
export interface Uploaded {
  /** Its bytes. */
  bytes: number
  /** Its absolute path. */
  path: string
}
