//! The spaces of the world in memory, and what lies in them.

import type { File as SharedFile, Invitation, Kind, Member, Role } from '../types.ts'
import type { Transfer } from '../types.ts'
import { cast, everybody, me, nameOf, type Figure } from './cast.ts'
import { chance, key, pick } from './chance.ts'
import { Log } from './log.ts'

export interface Place {
  id: string
  name: string
  kind: Kind
  role: Role
  people: Figure[]
  mentioned: boolean
  notices: string[]
  log: Log
  files: SharedFile[]
}

const { mira, jonas, aisha, lea, kenta, nour, tomas, ines, ola, markup, turned, long } = cast

let made = 500

export function place(
  name: string,
  kind: Kind,
  people: Figure[],
  past = 0,
  more: Partial<Place> = {},
  unread = 0,
): Place {
  const id = key(made++)
  const days = past > 10_000 ? 900 : 9
  const log = new Log(id, people, past, unread, days)
  return { id, name, kind, role: 'owner', people, mentioned: false, notices: [], log, files: [], ...more }
}

export const places: Place[] = [
  place('Kite builders', 'group', [me, mira, jonas, aisha, lea, kenta], 340),
  place('Allotment 14', 'group', [me, nour, ola, ines, tomas], 120, { role: 'writer', mentioned: true }, 6),
  place('Film club', 'group', [me, mira, lea, ines, kenta, ola, jonas, nour, aisha], 60, { role: 'manager' }, 2),
  place('The archive', 'group', [me, mira, jonas, aisha, lea], 100_000),
  place('Release notes', 'channel', [me, jonas, mira], 24, { role: 'reader' }),
  place(mira.name, 'direct', [me, mira], 46),
  place(kenta.name, 'direct', [me, kenta], 12, {}, 1),
  place(nour.name, 'direct', [me, nour], 9),
  place('<b onmouseover=alert(1)>Bold\u202e</b> ' + 'space '.repeat(12), 'group', [me, markup, turned, long], 30, {
    notices: ['An invitation to this space was used three times, though it was for two.'],
  }),
]

function file(
  path: string,
  size: number,
  by: Figure,
  state: SharedFile['state'],
  holders: Figure[],
  have = 0,
): SharedFile {
  const modified = new Date(Date.now() - chance(size)() * 40 * 86_400_000).toISOString()
  return {
    path,
    size,
    hash: key(size + path.length),
    state,
    have: state === 'remote' ? 0 : state === 'partial' ? have : size,
    modified,
    by: by.name,
    by_id: by.id,
    holders: holders.map((one) => nameOf(one.id)),
    conflicts: 0,
  }
}

const kites = places[0] as Place
kites.files = [
  file('plans/delta-2.4m.svg', 48_210, mira, 'here', [mira, jonas, me]),
  file('plans/spar-lengths.txt', 2_310, mira, 'here', [mira, me]),
  file('plans/old/rokkaku-1.pdf', 1_840_022, jonas, 'remote', [jonas]),
  file('plans/old/rokkaku-2.pdf', 2_204_118, jonas, 'remote', [jonas, aisha]),
  file('photos/2026-10/field-day-01.jpg', 3_820_110, aisha, 'here', [aisha, mira, lea, me]),
  file('photos/2026-10/field-day-02.jpg', 4_120_700, aisha, 'here', [aisha, mira, me]),
  file('photos/2026-10/field-day-03.jpg', 2_720_440, aisha, 'partial', [aisha, lea], 1_400_000),
  file('photos/2026-10/over the trees.jpg', 5_020_440, lea, 'remote', [lea]),
  file('flight over the lake.mp4', 734_003_200, kenta, 'partial', [kenta, mira], 402_653_184),
  file('whistle.wav', 96_044, lea, 'shared', [me, lea]),
  file('notes from Sunday.md', 4_096, me, 'shared', [me, mira, jonas]),
  file('wind-log.csv', 182_044, me, 'changed', [me]),
]
const strange = places[8] as Place
strange.files = [
  file('..\\..\\autoexec.bat', 12, markup, 'remote', [markup]),
  file('holiday\u202egpj.exe', 120_000, turned, 'remote', [turned]),
  file('<script>alert(1)</script>.html', 300, markup, 'remote', [markup]),
  file(`${'very-long-name-'.repeat(15)}.txt`, 4_000, long, 'remote', [long]),
]
const roll = chance(77)
;(places[3] as Place).files = Array.from({ length: 20_000 }, (_, n) =>
  file(
    `scans/${1990 + Math.floor(n / 600)}/box-${1 + (Math.floor(n / 60) % 10)}/page-${String(n % 60).padStart(3, '0')}.jpg`,
    200_000 + Math.floor(roll() * 900_000),
    pick([mira, jonas, aisha], roll()),
    roll() < 0.3 ? 'here' : 'remote',
    [mira, jonas].slice(0, 1 + Math.floor(roll() * 2)),
  ),
)

/** The newest words, by hand: what a newcomer sees first. */
const minute = 60_000
function said(at: Place, ago: number, by: Figure, text: string, more: Record<string, unknown> = {}): void {
  at.log.add({
    id: `${at.id.slice(0, 12)}.x${at.log.length}`,
    space: at.id,
    author: by.name,
    author_id: by.id,
    text,
    time: new Date(Date.now() - ago * minute).toISOString(),
    mine: by === me,
    unread: false,
    attachments: [],
    reactions: [],
    mentions: [],
    delivered_to: by === me ? at.people.slice(1).map((one) => one.id) : [],
    ...more,
  })
}

const attachment = (name: string, size: number) => ({ name, size, hash: key(size) })

said(kites, 48, mira, 'The big one flew. Forty minutes over the field and it came down exactly where we stood.')
said(kites, 47, mira, 'Pictures:', {
  attachments: [attachment('over the field.jpg', 2_418_022), attachment('the landing.jpg', 1_904_115)],
  reactions: [
    { emoji: '❤️', by: [aisha.id, lea.id, me.id] },
    { emoji: '🪁', by: [jonas.id] },
  ],
})
said(kites, 41, jonas, 'How did the new bridle hold? I was worried about the middle knot.')
said(kites, 39, mira, 'Not a millimetre of slip. I wrote down the lengths, they are in plans/spar-lengths.txt.', {
  reply_to: `${kites.id.slice(0, 12)}.x342`,
})
said(kites, 38, me, 'Lovely. I will cut a second set tonight, then we can try both side by side on Sunday.')
said(kites, 22, aisha, 'I can bring the long line and the reel.', {
  reactions: [{ emoji: '👍', by: [me.id, mira.id] }],
})
said(kites, 21, aisha, 'And this is how it sounds at 30 metres:', { attachments: [attachment('hum.wav', 16_044)] })
said(kites, 12, kenta, '日曜日、楽しみにしています。風は南西の予報です。')
said(kites, 9, lea, '@Robin do you still have the spare reel? Otherwise I print one, it takes about three hours.', {
  mentions: [me.id],
})
said(kites, 7, me, 'I have it. See https://example.org/reels for the size, it takes 8 mm line.')
const direct = places[5] as Place
said(direct, 130, mira, 'Are you in on Saturday? I would drop the fabric off.')
said(direct, 128, me, 'Yes, all day. Ring twice, I will be in the cellar.')
const allotment = places[1] as Place
said(allotment, 30, nour, 'مرحباً @Robin، هل يمكنك سقي الطماطم غداً؟ شكراً جزيلاً!', { mentions: [me.id], unread: true })
said(allotment, 26, ola, 'The tap by the gate is on again.', { unread: true })
said(strange, 30, markup, '<script>document.title="gone"</script><img src=x onerror=alert(1)> javascript:alert(1)')
said(strange, 20, turned, '\u202ethis text is turned around\u202c and \u2066never closed', {
  attachments: [attachment('invoice\u202efdp.exe', 5000)],
})
said(strange, 10, long, 'w'.repeat(2000))

export function members(at: Place): Member[] {
  return at.people.map((one, n) => ({
    id: one.id,
    name: one.name,
    role: one === me ? at.role : n === 1 ? 'owner' : n === 2 ? 'manager' : 'writer',
    online: one.reach !== 'unreachable',
    peers: one.peers,
    me: one === me,
  }))
}

export const invitations: Invitation[] = [
  {
    id: key(901),
    space: kites.id,
    space_name: kites.name,
    link: `peer://join/${key(902)}${key(903)}`,
    by: me.name,
    role: 'writer',
    uses: 5,
    used: 2,
    expires: new Date(Date.now() + 5 * 86_400_000).toISOString(),
    state: 'open',
  },
  { id: key(904), space: kites.id, space_name: kites.name, by: mira.name, role: 'reader', used: 3, state: 'withdrawn' },
]

export const transfers: Transfer[] = [
  {
    id: 't1',
    kind: 'get',
    space: kites.id,
    name: 'flight over the lake.mp4',
    state: 'going',
    step: 'fetching',
    bytes: 402_653_184,
    total_bytes: 734_003_200,
    files: 0,
    total_files: 1,
    rate: 6_200_000,
    from: [kenta.name, mira.name],
    since: new Date(Date.now() - 3 * minute).toISOString(),
  },
  {
    id: 't2',
    kind: 'send',
    name: 'holiday-2026',
    state: 'paused',
    step: 'fetching',
    bytes: 90_000_000,
    total_bytes: 210_000_000,
    files: 40,
    total_files: 96,
    rate: 0,
    from: [],
    since: new Date(Date.now() - 60 * minute).toISOString(),
  },
  {
    id: 't3',
    kind: 'get',
    space: kites.id,
    name: 'photos/2026-10',
    state: 'done',
    step: 'fetching',
    bytes: 15_681_690,
    total_bytes: 15_681_690,
    files: 4,
    total_files: 4,
    rate: 0,
    from: [aisha.name, lea.name],
    since: new Date(Date.now() - 26 * 60 * minute).toISOString(),
  },
  {
    id: 't4',
    kind: 'share',
    space: kites.id,
    name: 'wind-log.csv',
    state: 'failed',
    step: 'fetching',
    bytes: 0,
    total_bytes: 182_044,
    files: 0,
    total_files: 1,
    rate: 0,
    from: [],
    problem: { code: 'file', message: 'the file was changed while it was read', hint: 'share it again' },
    since: new Date(Date.now() - 27 * 60 * minute).toISOString(),
  },
]

export { everybody }
