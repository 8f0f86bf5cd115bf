import { expect, test } from 'vitest'
import { excerpt } from './excerpt.ts'

const hits = (text: string, words: string) =>
  excerpt(text, words)
    .filter((bit) => bit.hit)
    .map((bit) => bit.text)

test('words are marked where they begin, whatever their case', () => {
  expect(hits('Wind from the south, windy', 'wind SOUTH')).toEqual(['Wind', 'south', 'wind'])
  expect(hits('rewind', 'wind')).toEqual([])
  expect(hits('a.b (c) [d]', '(c)')).toEqual(['(c)'])
})

test('a far hit is in sight', () => {
  const text = 'word '.repeat(500) + 'needle end'
  const bits = excerpt(text, 'needle')
  expect(bits.map((bit) => bit.text).join('').length).toBeLessThan(450)
  expect(bits.some((bit) => bit.hit)).toBe(true)
  expect(bits[0]?.text.startsWith('…')).toBe(true)
})
