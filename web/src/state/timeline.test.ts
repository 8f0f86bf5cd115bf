import { expect, test } from 'vitest'
import { cast, me } from '../api/mock/cast.ts'
import { Log } from '../api/mock/log.ts'
import type { Message } from '../api/types.ts'
import { Timeline } from './timeline.svelte.ts'

const space = 'ab'.repeat(32)

function open(length: number): { log: Log; timeline: Timeline } {
  const log = new Log(space, [me, cast.mira, cast.jonas], length, 0, 900)
  return { log, timeline: new Timeline(space, { messages: async (_, ask) => log.read(ask) }) }
}

function numbers(timeline: Timeline): number[] {
  return timeline.items.map((message) => Number(message.id.split('.')[1]))
}

function isStretch(list: number[]): boolean {
  return list.every((n, at) => at === 0 || n === (list[at - 1] as number) + 1)
}

function newcomer(log: Log): Message {
  const last = log.at(log.length - 1)
  return { ...last, id: `${space.slice(0, 12)}.new`, time: new Date(Date.parse(last.time) + 1).toISOString() }
}

test('a hundred thousand messages are read to the very first, and never more than a window is held', async () => {
  const { timeline } = open(100_000)
  await timeline.latest()
  expect(numbers(timeline).at(-1)).toBe(99_999)
  for (let n = 0; n < 40; n++) await timeline.older()
  expect(timeline.items.length).toBe(800)
  expect(isStretch(numbers(timeline))).toBe(true)
  expect(timeline.atEnd).toBe(false)

  await timeline.jumpTo(new Date(Date.now() - 2000 * 86_400_000))
  await timeline.older()
  expect(timeline.atStart).toBe(true)
  expect(numbers(timeline)[0]).toBe(0)
})

test('from the middle it goes on to the end without a gap', async () => {
  const { log, timeline } = open(2000)
  await timeline.jump(log.at(1700).id)
  expect(timeline.target).toEqual({ id: log.at(1700).id })
  while (!timeline.atEnd) await timeline.newer()
  expect(numbers(timeline).at(-1)).toBe(1999)
  expect(isStretch(numbers(timeline))).toBe(true)
})

test('what is new shows at the end, and only if the end is there', async () => {
  const { log, timeline } = open(2000)
  await timeline.jump(log.at(500).id)
  timeline.put(newcomer(log))
  expect(timeline.items.some((message) => message.id.endsWith('.new'))).toBe(false)
  await timeline.toEnd()
  timeline.put(newcomer(log))
  expect(timeline.items.at(-1)?.id).toMatch(/\.new$/)
})

test('a word that comes late takes its place', async () => {
  const { log, timeline } = open(100)
  await timeline.latest()
  const late = { ...newcomer(log), time: new Date(Date.parse(log.at(50).time) + 1).toISOString() }
  timeline.put(late)
  expect(timeline.items[timeline.items.findIndex((message) => message.id === late.id) - 1]?.id).toBe(log.at(50).id)
})

test('within one millisecond the order they came in is theirs', async () => {
  const { log, timeline } = open(10)
  await timeline.latest()
  const fresh = newcomer(log)
  const three = ['c', 'a', 'b'].map((id) => ({ ...fresh, id }))
  timeline.put(...three)
  expect(timeline.items.slice(-3).map((message) => message.id)).toEqual(['c', 'a', 'b'])
})

test('an answer that comes after another jump is not wanted any more', async () => {
  const { log } = open(1000)
  const held: (() => void)[] = []
  const timeline = new Timeline(space, {
    messages: (_, ask) => new Promise((resolve) => held.push(() => resolve(log.read(ask)))),
  })
  const first = timeline.latest()
  const second = timeline.jump(log.at(10).id)
  held[1]?.()
  await second
  held[0]?.()
  await first
  expect(timeline.items.some((message) => message.id === log.at(10).id)).toBe(true)
  expect(timeline.atEnd).toBe(false)
})

test('delivered counts for it and all of one’s own before it', async () => {
  const { timeline } = open(60)
  await timeline.latest()
  const mine = timeline.items.filter((message) => message.mine)
  const upto = mine[Math.floor(mine.length / 2)] as Message
  timeline.delivered(upto.id, 'somebody')
  const has = timeline.items.filter((message) => message.delivered_to?.includes('somebody'))
  expect(has.map((message) => message.id)).toEqual(mine.slice(0, mine.indexOf(upto) + 1).map((message) => message.id))
})
