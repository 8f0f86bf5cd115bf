import { expect, test } from 'vitest'
import { pieces } from './pieces.ts'

test('a short text is one piece, none is none', () => {
  expect(pieces('a\nb\n')).toEqual(['a\nb\n'])
  expect(pieces('')).toEqual([])
})

test('pieces end where lines do, and are the text again', () => {
  const text = Array.from({ length: 2000 }, (_, n) => `line ${n}`).join('\n')
  const found = pieces(text)
  expect(found.length).toBeGreaterThan(3)
  expect(found.join('\n')).toBe(text)
  expect(Math.max(...found.map((one) => one.length))).toBeLessThanOrEqual(4000)
})

test('a line longer than a piece is cut, never within a letter', () => {
  const found = pieces('🪁'.repeat(10_000))
  expect(found.join('')).toBe('🪁'.repeat(10_000))
  for (const one of found) expect(one.isWellFormed()).toBe(true)
})

test('empty lines stay', () => {
  const text = '\n'.repeat(10_000)
  expect(pieces(text).join('\n')).toBe(text)
})
