import { expect, test } from 'vitest'
import { Offsets } from './offsets.ts'

test('rows stand one upon the other', () => {
  const offsets = new Offsets([10, 20, 0, 30])
  expect([...offsets.starts]).toEqual([0, 10, 30, 30, 60])
  expect(offsets.total).toBe(60)
  expect([0, 9.9, 10, 29, 30, 59, 60, 999].map((y) => offsets.at(y))).toEqual([0, 0, 1, 1, 3, 3, 3, 3])
})

test('what is drawn covers what is seen', () => {
  const heights = Array.from({ length: 1000 }, (_, n) => 20 + ((n * 7919) % 90))
  const offsets = new Offsets(heights)
  for (let top = -500; top < offsets.total + 500; top += 777) {
    const [from, to] = offsets.range(top, top + 600)
    expect(offsets.start(from)).toBeLessThanOrEqual(Math.max(0, top))
    expect(offsets.start(to)).toBeGreaterThanOrEqual(Math.min(offsets.total, top + 600))
    expect(to - from).toBeLessThan(40)
  }
})

test('an empty list has nothing to draw', () => {
  expect(new Offsets([]).range(0, 500)).toEqual([0, 0])
})
