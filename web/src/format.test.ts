import { expect, test } from 'vitest'
import { ago, brief, dayTitle, size, span } from './format.ts'

const now = new Date(2026, 10, 22, 15, 30)

test('sizes keep two or three figures', () => {
  expect([0, 1, 999, 1000, 3_820_110, 999_600, 734_003_200, 5e12].map(size)).toEqual([
    '0 bytes',
    '1 byte',
    '999 bytes',
    '1 kB',
    '3.8 MB',
    '1 MB',
    '734 MB',
    '5 TB',
  ])
})

test('days have names near now', () => {
  expect(dayTitle(new Date(2026, 10, 22, 0, 1), now)).toBe('Today')
  expect(dayTitle(new Date(2026, 10, 21, 23, 59), now)).toBe('Yesterday')
  expect(dayTitle(new Date(2026, 10, 3), now)).not.toMatch(/2026/)
  expect(dayTitle(new Date(2025, 10, 3), now)).toMatch(/2025/)
})

test('a list shows as little of a moment as tells it apart', () => {
  expect(brief(new Date(2026, 10, 22, 9, 5), now)).toMatch(/9:05/)
  expect(brief(new Date(2026, 10, 20), now)).toBe('Fri')
  expect(brief(new Date(2026, 9, 2), now)).toMatch(/Oct/)
})

test('moments are near or far', () => {
  expect(ago(new Date(now.getTime() - 20_000), now)).toBe('now')
  expect(ago(new Date(now.getTime() - 3 * 86_400_000), now)).toBe('3 days ago')
  expect(ago(new Date(now.getTime() + 2 * 3_600_000 + 1), now)).toBe('in 2 hours')
  expect([0.2, 59, 150, 7200].map(span)).toEqual(['1 sec', '59 sec', '3 min', '2 hr'])
})
