//! A space's messages: a made-up past of any length, which costs nothing until it is read, and what was said since.

import type { Message } from '../types.ts'
import type { MessagesAsk } from '../client.ts'
import { nameOf, me, type Figure } from './cast.ts'
import { chance, pick } from './chance.ts'

const sentences = [
  'Back at my desk now.',
  'The new firmware holds the link all night: no drops, and the fan stays off.',
  'Can somebody check the third paragraph before I send it round?',
  'Yes.',
  'I walked the whole loop today. Two gates are closed, otherwise it is fine, and the upper path has dried out.',
  'Let us meet at six by the boathouse.',
  'Notes are in the folder, under plans.',
  'That works for me',
  'Here is what I measured:\n• 41 ms through the hotel\n• 3 ms at home\n• 18 ms from the train, when there was any',
  'ha, lovely',
  'https://example.org/allotment/rules#water says the taps are off until April.',
  'Who has the key to the shed?',
  'I do. I will hang it back on Thursday.',
  'صباح الخير، هل الجميع بخير؟',
  '明日は雨らしい。',
  'Small thing, but the header looks better without the line under it.',
  'Done, and tidied up behind me.',
  'I would rather keep the old way for one more week and then decide with everybody at the table.',
  'thanks!',
  '🎉',
]

const hour = 3_600_000

/** How much is read back at most in one search. */
const searched = 20_000

export class Log {
  readonly space: string
  readonly #past: number
  readonly #authors: Figure[]
  readonly #start: number
  readonly #step: number
  /** What was said since, and what of the past was changed. */
  readonly #since: Message[] = []
  readonly #changed = new Map<string, Message>()
  #unread: number

  constructor(space: string, authors: Figure[], past: number, unread = 0, days = 9) {
    this.space = space
    this.#authors = authors
    this.#past = past
    this.#unread = unread
    const now = Math.floor(Date.now() / hour) * hour
    this.#start = now - days * 24 * hour
    this.#step = past ? (days * 24 * hour - 20 * 60_000) / past : 0
  }

  get length(): number {
    return this.#past + this.#since.length
  }

  at(n: number): Message {
    const message = n < this.#past ? this.#remember(n) : (this.#since[n - this.#past] as Message)
    return this.#changed.get(message.id) ?? message
  }

  add(message: Message): Message {
    this.#since.push(message)
    return message
  }

  find(id: string): Message | undefined {
    const n = this.#index(id)
    return n < 0 ? undefined : this.at(n)
  }

  change(id: string, how: (message: Message) => Message): Message | undefined {
    const message = this.find(id)
    if (!message) return undefined
    const changed = how(message)
    this.#changed.set(id, changed)
    return changed
  }

  read(ask: MessagesAsk): Message[] {
    const last = ask.last ?? ask.first ?? this.length
    if (ask.around !== undefined) return this.#stretch(this.#index(ask.around) - Math.floor(last / 2), last)
    if (ask.before !== undefined) {
      const end = this.#index(ask.before)
      return this.#stretch(end - last, Math.min(last, end))
    }
    if (ask.after !== undefined) return this.#stretch(this.#index(ask.after) + 1, ask.first ?? last)
    if (ask.at !== undefined) return this.#stretch(this.#from(Date.parse(ask.at)) - Math.floor(last / 2), last)
    return this.#stretch(this.length - last, last)
  }

  get unread(): number {
    return (
      this.#unread + this.#since.filter((message) => !message.mine && this.at(this.#index(message.id)).unread).length
    )
  }

  markRead(): void {
    this.#unread = 0
    for (const message of this.#since) this.change(message.id, (now) => ({ ...now, unread: false }))
  }

  search(words: string[], limit: number): Message[] {
    const found: Message[] = []
    for (let n = this.length - 1; n >= 0 && n > this.length - searched && found.length < limit; n--) {
      const message = this.at(n)
      const text = message.text.toLowerCase()
      if (!message.withdrawn && words.every((word) => text.includes(word))) found.push(message)
    }
    return found
  }

  #stretch(from: number, count: number): Message[] {
    const start = Math.max(0, from)
    const end = Math.min(this.length, Math.max(from, 0) + count)
    return Array.from({ length: Math.max(0, end - start) }, (_, n) => this.at(start + n))
  }

  #index(id: string): number {
    const [space, n] = id.split('.')
    if (space !== this.space.slice(0, 12)) return -1
    return n !== undefined && Number(n) < this.#past
      ? Number(n)
      : this.#past + this.#since.findIndex((m) => m.id === id)
  }

  /** The first message from a moment on. */
  #from(time: number): number {
    let [low, high] = [0, this.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (Date.parse(this.at(middle).time) < time) low = middle + 1
      else high = middle
    }
    return low
  }

  #remember(n: number): Message {
    const roll = chance(n * 31 + this.#past)
    // Some say several things in a row.
    const speaker = chance(Math.floor(n / (1 + Math.floor(chance(n >> 3)() * 4))) * 101 + this.#past)
    const author = pick(this.#authors, speaker())
    const mine = author.id === me.id
    const message: Message = {
      id: `${this.space.slice(0, 12)}.${n}`,
      space: this.space,
      author: nameOf(author.id),
      author_id: author.id,
      text: this.#past > 10_000 && n % 10 === 0 ? `Entry ${n}. ${pick(sentences, roll())}` : pick(sentences, roll()),
      time: new Date(this.#start + n * this.#step + roll() * this.#step * 0.9).toISOString(),
      mine,
      unread: !mine && n >= this.#past - this.#unread,
      attachments: [],
      reactions: [],
      mentions: [],
      delivered_to: mine ? this.#authors.slice(0, 1 + Math.floor(roll() * this.#authors.length)).map((a) => a.id) : [],
    }
    if (roll() < 0.08 && n > 4) message.reply_to = `${this.space.slice(0, 12)}.${n - 1 - Math.floor(roll() * 3)}`
    if (roll() < 0.1) {
      const by = this.#authors.filter(() => roll() < 0.5).map((one) => one.id)
      if (by.length) message.reactions = [{ emoji: pick(['👍', '❤️', '😄', '🎉', '👀'], roll()), by }]
    }
    return message
  }
}
