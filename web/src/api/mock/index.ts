//! A lively world in memory, for drawing the page and for its tests. In the address: `?still` nothing moves by itself,
//! `?kind` nobody who means harm, `?first` a peer nobody has used yet, `?lost` and `?out` no peer, no session.

import { Refusal, type Api, type Listener } from '../client.ts'
import type {
  Code,
  Connection,
  Event,
  Invitation,
  Message,
  Offer,
  Person,
  Request,
  Space,
  Status,
  Transfer,
} from '../types.ts'
import { cast, everybody, harmful, me, nameOf } from './cast.ts'
import { chance, key } from './chance.ts'
import { address } from './content.ts'
import { breathe } from './life.ts'
import { invitations, members, place, places, transfers, type Place } from './world.ts'

export interface Ways {
  still?: boolean
  first?: boolean
  lost?: boolean
  out?: boolean
  kind?: boolean
}

/** How long an answer takes, in milliseconds. */
const takes = 12

export function mock(ways: Ways = asked()): Api {
  let listener: Listener | undefined
  const tell = (event: Event) => listener?.event(event)
  const began = new Date(Date.now() - 5 * 3_600_000).toISOString()
  let name = ways.first ? '' : me.name
  let nearbyOn = true
  /** Without those who mean harm, for pictures. */
  const here = ways.kind ? everybody.filter((one) => !harmful.includes(one)) : everybody
  let world: Place[] = ways.first ? [] : places.filter((one) => one.people.every((member) => here.includes(member)))
  let going: Transfer[] = ways.first ? [] : transfers
  const invites: Invitation[] = ways.first ? [] : invitations
  const offers: Offer[] = []
  const blocked = new Set<string>([cast.turned.id])
  let asking: Request[] = [
    request(cast.tomas.id, 'Tomáš', 'amber river lantern', true),
    request(key(77), 'Freya', 'copper meadow anchor', false),
  ]
  const uploads = new Map<string, string[]>()
  let n = 0

  const answer = async <T>(value: T): Promise<T> => {
    await new Promise((resolve) => setTimeout(resolve, takes))
    if (ways.lost) throw refuse('not_running', 'the peer does not answer')
    return structuredClone(value)
  }
  const at = (id: string): Place => {
    const found = world.find((one) => one.id === id)
    if (!found) throw refuse('not_found', 'there is no such space')
    return found
  }
  const holding = (id: string): Place => {
    const found = world.find((one) => one.log.find(id))
    if (!found) throw refuse('not_found', 'there is no such message')
    return found
  }
  const space = (of: Place): Space => {
    const last = of.log.length ? of.log.at(of.log.length - 1) : undefined
    const base: Space = {
      id: of.id,
      name: of.name,
      kind: of.kind,
      role: of.role,
      members: of.people.length,
      online: of.people.filter((one) => one.reach !== 'unreachable').length,
      unread: of.log.unread,
      mentioned: of.mentioned && of.log.unread > 0,
      notices: of.notices,
    }
    return last ? { ...base, last } : base
  }
  const people = (): Person[] =>
    here
      .filter((one) => one !== me)
      .map((one) => ({
        id: one.id,
        name: one.name,
        contact: one.contact,
        blocked: blocked.has(one.id),
        online: one.reach !== 'unreachable',
        reach: one.reach,
        ...(one.rtt_ms === undefined ? {} : { rtt_ms: one.rtt_ms }),
        last_seen: new Date(Date.now() - (one.reach === 'unreachable' ? 3 * 86_400_000 : 4_000)).toISOString(),
        peers: one.peers,
        spaces: world.filter((where) => where.people.includes(one)).map((where) => where.id),
      }))
  const change = (id: string, how: (message: Message) => Message): Message => {
    const changed = holding(id).log.change(id, how) as Message
    tell({ type: 'message', message: changed, new: false })
    return changed
  }
  const speak = (of: Place, by: string, text: string, more: Partial<Message> = {}): Message => {
    const message = of.log.add({
      id: `${of.id.slice(0, 12)}.y${++n}`,
      space: of.id,
      author: by === me.id ? name : nameOf(by),
      author_id: by,
      text,
      time: new Date().toISOString(),
      mine: by === me.id,
      unread: by !== me.id,
      attachments: [],
      reactions: [],
      mentions: of.people.filter((one) => text.includes('@' + one.name)).map((one) => one.id),
      delivered_to: [],
      ...more,
    })
    if (message.mentions?.includes(me.id)) of.mentioned = true
    tell({ type: 'message', message: structuredClone(message), new: true })
    return message
  }
  const transfer = (kind: Transfer['kind'], what: string, where?: Place, bytes = 60_000_000): Transfer => {
    const fresh: Transfer = {
      id: `t${Date.now()}${++n}`,
      kind,
      name: what,
      state: 'going',
      step: 'fetching',
      bytes: 0,
      total_bytes: bytes,
      files: 0,
      total_files: 1,
      rate: 0,
      from: where ? where.people.slice(1, 3).map((one) => one.name) : [],
      since: new Date().toISOString(),
      ...(where ? { space: where.id } : {}),
    }
    going = [fresh, ...going]
    tell({ type: 'transfer', transfer: fresh })
    return fresh
  }
  const done = (files: number, bytes: number, paths: string[] = []) => ({
    files,
    bytes,
    fetched_bytes: bytes,
    notes: 0,
    paths,
  })
  const finish = async (fresh: Transfer) => {
    while (fresh.state === 'going' || fresh.state === 'paused') {
      await new Promise((resolve) => setTimeout(resolve, ways.still ? 1 : 250))
      if (fresh.state === 'paused') continue
      fresh.rate = 9_000_000 + Math.random() * 4_000_000
      fresh.bytes = ways.still ? fresh.total_bytes : Math.min(fresh.total_bytes, fresh.bytes + fresh.rate / 4)
      if (fresh.bytes === fresh.total_bytes) Object.assign(fresh, { state: 'done', rate: 0, files: fresh.total_files })
      tell({ type: 'transfer', transfer: { ...fresh } })
    }
  }

  return {
    start(to) {
      listener = to
      if (ways.lost) to.link({ state: 'lost', since: Date.now() - 9000, retryAt: Date.now() + 4000 })
      else if (ways.out) to.link({ state: 'signed_out' })
      else {
        to.link({ state: 'open' })
        if (!ways.still && !ways.first) breathe({ places: world, transfers: going, speak, tell })
      }
    },
    retry() {
      ways.lost = false
      listener?.link({ state: 'open' })
    },

    status: () =>
      answer<Status>({
        peer: {
          id: me.peers[0] ?? '',
          version: '0.1.0',
          port: 4919,
          addresses: ['192.168.1.20:4919', '203.0.113.7:4919'],
          home: '/home/robin/.local/share/peerage',
          pid: 4242,
          since: began,
          nearby: nearbyOn,
        },
        person: { id: me.id, name },
        api: { url: location.origin },
        spaces: world.length,
        unread: world.reduce((sum, one) => sum + one.log.unread, 0),
        sessions: 7,
        sent_bytes: 812_004_120,
        received_bytes: 1_402_118_004,
        notices: [],
      }),
    identity: () => answer({ peer: me.peers[0] ?? '', person: me.id, name, link: `peer://connect/${key(31)}` }),
    set: (settings) => {
      name = settings.name ?? name
      nearbyOn = settings.nearby ?? nearbyOn
      return answer({ name, nearby: nearbyOn })
    },
    backup: (file) => answer({ file, size: 48_120 }),
    stop: () => {
      ways.lost = true
      listener?.link({ state: 'lost', since: Date.now(), retryAt: Date.now() + 8000 })
      return Promise.resolve()
    },
    signOut: () => {
      listener?.link({ state: 'signed_out' })
      return Promise.resolve()
    },

    people: () => answer(people()),
    block: (who, on) => {
      if (on) blocked.add(who)
      else blocked.delete(who)
      tell({ type: 'person', person: who, online: !on })
      return answer(people().find((one) => one.id === who) as Person)
    },
    nearby: () =>
      answer({
        on: nearbyOn,
        people: nearbyOn
          ? [
              { id: cast.mira.peers[0] ?? '', short: (cast.mira.peers[0] ?? '').slice(0, 8), name: cast.mira.name },
              { id: key(3001), short: key(3001).slice(0, 8), name: 'Hanna’s laptop' },
            ]
          : [],
      }),
    connect: (to) => {
      const fresh = request(key(to.length + 60), to, 'silver orchard compass', false)
      asking = [...asking, fresh]
      tell({ type: 'request', person: fresh.id })
      return answer(fresh)
    },
    requests: () => answer(ways.first ? [] : asking),
    answer: (who, confirm) => {
      const found = asking.find((one) => one.id === who)
      if (!found) throw refuse('not_found', 'nobody of that name asks')
      asking = confirm
        ? asking.map((one) => (one.id === who ? { ...one, confirmed: true } : one))
        : asking.filter((one) => one.id !== who)
      tell({ type: 'request', person: who })
      return answer({ ...found, confirmed: confirm })
    },
    connections: () => {
      const relay = cast.jonas
      return answer(
        here.map<Connection>((one, i) => ({
          peer: one.peers[0] ?? '',
          person: one.id,
          name: one === me ? name : one.name,
          me: one === me,
          online: one.reach !== 'unreachable',
          reach: one.reach,
          sent_bytes: Math.floor(chance(i)() * 90_000_000),
          received_bytes: Math.floor(chance(i + 50)() * 190_000_000),
          spaces: world.filter((where) => where.people.includes(one)).map((where) => where.id),
          ...(one.rtt_ms === undefined ? {} : { rtt_ms: one.rtt_ms }),
          ...(one.reach === 'relayed' ? { via: relay.name, via_peer: relay.peers[0] ?? '' } : {}),
          ...(one.reach === 'unreachable' ? {} : { path: `198.51.100.${i + 10}:4919`, since: began }),
        })),
      )
    },

    spaces: () => answer(world.map(space)),
    space: async (id) => answer(space(id.startsWith('@') ? direct(id.slice(1)) : at(id))),
    newSpace: (called, kind) => {
      const fresh = place(called, kind, [me])
      world = [...world, fresh]
      tell({ type: 'space', space: fresh.id })
      return answer(space(fresh))
    },
    rename: (id, called) => {
      at(id).name = called
      tell({ type: 'space', space: id })
      return answer(space(at(id)))
    },
    leave: (id) => {
      world = world.filter((one) => one.id !== id)
      tell({ type: 'space', space: id })
      return answer(undefined)
    },
    members: async (id) => answer(members(at(id))),
    invite: async (id, ask) => {
      const fresh: Invitation = {
        id: key(++n + 5000),
        space: id,
        space_name: at(id).name,
        link: `peer://join/${key(n + 6000)}${key(n + 7000)}`,
        by: name,
        role: ask.role ?? 'writer',
        used: 0,
        state: 'open',
        ...(ask.uses ? { uses: ask.uses } : {}),
        ...(ask.expires_s ? { expires: new Date(Date.now() + ask.expires_s * 1000).toISOString() } : {}),
      }
      invites.unshift(fresh)
      tell({ type: 'space', space: id })
      return answer(fresh)
    },
    invitations: (id) => answer(invites.filter((one) => !id || one.space === id)),
    uninvite: (id) => {
      const found = invites.find((one) => one.id === id)
      if (!found) throw refuse('not_found', 'there is no such invitation')
      found.state = 'withdrawn'
      return answer(found)
    },
    preview: async (link) => {
      await answer(undefined)
      if (!link.startsWith('peer://join/'))
        throw refuse('invitation', 'this is no invitation', 'an invitation begins with peer://join/')
      return { space: key(8800), name: 'Night sky', kind: 'group', by: cast.mira.name, role: 'writer', member: false }
    },
    join: async (link) => {
      await answer(link)
      const fresh = place('Night sky', 'group', [me, cast.mira, cast.lea], 40, { role: 'writer' })
      world = [...world, fresh]
      tell({ type: 'space', space: fresh.id })
      return space(fresh)
    },

    messages: async (id, ask) => answer(at(id).log.read(ask)),
    say: async (id, text, reply_to, attach = []) => {
      const where = id.startsWith('@') ? direct(id.slice(1)) : at(id)
      const attachments = attach.map((path) => ({
        name: path.split('/').pop() ?? path,
        size: 2_000_000,
        hash: key(path.length),
      }))
      const message = speak(where, me.id, text, { attachments, ...(reply_to ? { reply_to } : {}) })
      setTimeout(() => {
        for (const one of where.people.slice(1)) {
          if (one.reach === 'unreachable') continue
          where.log.change(message.id, (now) => ({ ...now, delivered_to: [...(now.delivered_to ?? []), one.id] }))
          tell({ type: 'delivered', space: where.id, message: message.id, to: one.id })
        }
      }, 150)
      return answer({ id: message.id, space: where.id, time: message.time })
    },
    edit: async (id, text) => answer(change(id, (now) => ({ ...now, text, edited: true }))),
    unsay: async (id) =>
      answer(change(id, (now) => ({ ...now, text: '', withdrawn: true, attachments: [], reactions: [] }))),
    react: async (id, emoji, on) =>
      answer(
        change(id, (now) => {
          const others = (now.reactions ?? []).map((one) =>
            one.emoji === emoji ? { ...one, by: one.by.filter((who) => who !== me.id) } : one,
          )
          if (on && !others.some((one) => one.emoji === emoji)) others.push({ emoji, by: [] })
          const reactions = others
            .map((one) => (one.emoji === emoji && on ? { ...one, by: [...one.by, me.id] } : one))
            .filter((one) => one.by.length)
          return { ...now, reactions }
        }),
      ),
    search: async (text, id, limit = 50) => {
      const words = text.toLowerCase().split(/\s+/).filter(Boolean)
      const found = world.filter((one) => !id || one.id === id).flatMap((one) => one.log.search(words, limit))
      return answer(found.sort((a, b) => (a.time < b.time ? 1 : -1)).slice(0, limit))
    },
    markRead: async (id) => {
      const where = at(id)
      where.log.markRead()
      where.mentioned = false
      tell({ type: 'read', space: id, unread: 0 })
      return answer(0)
    },
    typing: () => {},

    files: async (id, within) =>
      answer(at(id).files.filter((one) => !within || one.path === within || one.path.startsWith(within + '/'))),
    share: async (id, paths) => {
      const where = at(id)
      const files = paths.flatMap((path) =>
        [...uploads.values()].flat().filter((one) => one === path || one.startsWith(path + '/')),
      )
      for (const path of files.length ? files : paths) {
        const called = path.replace(/^\/tmp\/uploads\/[^/]+\//, '')
        where.files = [
          ...where.files,
          {
            path: called,
            size: 120_000,
            hash: key(called.length),
            state: 'shared',
            have: 120_000,
            by: name,
            by_id: me.id,
            holders: [name],
          },
        ]
      }
      tell({ type: 'files', space: id })
      return answer(done(paths.length, 120_000, paths))
    },
    get: async (id, paths, _to, on) => {
      const where = at(id)
      const wanted = where.files.filter((one) =>
        paths.some((path) => typeof path === 'string' && (one.path === path || one.path.startsWith(path + '/'))),
      )
      const bytes = wanted.reduce((sum, one) => sum + one.size, 0)
      const first =
        String(paths[0] ?? '')
          .split('/')
          .pop() ?? ''
      await finish(transfer('get', first, where, bytes))
      for (const one of wanted)
        Object.assign(one, { state: one.state === 'shared' ? 'shared' : 'here', have: one.size })
      on?.({ type: 'going', step: 'writing', bytes, total_bytes: bytes, files: 1, total_files: 1, from: [] })
      tell({ type: 'files', space: id })
      return done(wanted.length, bytes)
    },
    unshare: async (id, paths) => {
      const where = at(id)
      const before = where.files.length
      where.files = where.files.filter(
        (one) => !paths.some((path) => one.path === path || one.path.startsWith(`${String(path)}/`)),
      )
      tell({ type: 'files', space: id })
      return answer(before - where.files.length)
    },
    holders: async (id, path) => {
      const where = at(id)
      const found = where.files.find((one) => one.path === path)
      const size = found?.size ?? 0
      return answer({
        size,
        holders: where.people.map((one, i) => ({
          peer: one.peers[0] ?? '',
          person: one.id,
          name: one.name,
          me: one === me,
          online: one.reach !== 'unreachable',
          bytes:
            one === me
              ? (found?.have ?? 0)
              : found?.holders?.includes(one.name)
                ? size
                : i % 3 === 2
                  ? Math.floor(size * chance(i + size)())
                  : 0,
        })),
      })
    },
    contentUrl: (_id, path) => address(path),
    attachmentUrl: (id, i) => address(holding(id).log.find(id)?.attachments?.[i]?.name ?? ''),
    text: async (url, maxBytes) => (await (await fetch(url)).text()).slice(0, maxBytes),
    getAttached: () => answer(done(1, 2_000_000)),

    upload: async (pieces, on, signal) => {
      const id = `u${++n}`
      let sent = 0
      for (const piece of pieces) {
        for (let step = 1; step <= 8; step++) {
          await new Promise((resolve) => setTimeout(resolve, ways.still ? 0 : 60))
          if (signal?.aborted) throw signal.reason
          on?.(sent + (piece.content.size * step) / 8)
        }
        sent += piece.content.size
      }
      uploads.set(
        id,
        pieces.map((piece) => `/tmp/uploads/${id}/${piece.path.join('/')}`),
      )
      return { id, folder: `/tmp/uploads/${id}` }
    },
    endUpload: (id) => {
      uploads.delete(id)
      return answer(undefined)
    },
    folders: (path = '/home/robin') =>
      answer({
        path,
        writable: path.startsWith('/home/robin'),
        downloads: '/home/robin/Downloads',
        folders: path.split('/').length > 5 ? [] : ['Desktop', 'Documents', 'Downloads', 'Music', 'Pictures'],
        ...(path === '/' ? {} : { parent: path.slice(0, path.lastIndexOf('/')) || '/' }),
      }),

    send: (paths, _copy, uses = 1) => {
      const names = paths.map((path) => path.split('/').pop() ?? path)
      const fresh: Offer = {
        id: key(++n + 9000),
        code: 'seven-lantern-orchard',
        link: `peer://receive/${key(n + 9100)}`,
        names,
        files: names.length,
        bytes: 4_200_000,
        received: 0,
        uses,
      }
      offers.unshift(fresh)
      tell({ type: 'send', id: fresh.id })
      return answer(fresh)
    },
    sends: () => answer(offers),
    cancelSend: (id) => {
      offers.splice(
        offers.findIndex((one) => one.id === id),
        1,
      )
      return answer(undefined)
    },
    receive: async (code) => {
      if (code.length < 6) throw refuse('refused', 'nobody nearby offers something under these words')
      await finish(transfer('receive', 'holiday-2026'))
      return done(3, 60_000_000)
    },

    transfers: () => answer(going),
    pause: async (id, paused) => {
      const found = going.find((one) => one.id === id)
      if (found) Object.assign(found, { state: paused ? 'paused' : 'going', rate: paused ? 0 : found.rate })
      if (found) tell({ type: 'transfer', transfer: { ...found } })
      return answer(undefined)
    },
    dropTransfer: async (id) => {
      going = going.filter((one) => one.id !== id)
      return answer(undefined)
    },
  }

  /** The conversation with a person, by name or id; made if there is none. */
  function direct(text: string): Place {
    const who = everybody.find((one) => one.id === text || one.name === text)
    if (!who) throw refuse('not_found', 'there is nobody of that name')
    const known = world.find((one) => one.kind === 'direct' && one.people.includes(who))
    if (known) return known
    const fresh = place(who.name, 'direct', [me, who])
    world = [...world, fresh]
    tell({ type: 'space', space: fresh.id })
    return fresh
  }
}

function asked(): Ways {
  const ask = new URLSearchParams(location.search)
  return {
    still: ask.has('still'),
    first: ask.has('first'),
    lost: ask.has('lost'),
    out: ask.has('out'),
    kind: ask.has('kind'),
  }
}

function refuse(code: Code, message: string, hint?: string): Refusal {
  return new Refusal(hint ? { code, message, hint } : { code, message })
}

function request(id: string, name: string, words: string, incoming: boolean): Request {
  const since = new Date(Date.now() - 120_000).toISOString()
  return { id, name, words, incoming, confirmed: false, confirmed_by_them: incoming, since }
}
