import { expect, test } from 'vitest'
import { isBefore } from './order.ts'

test('moments are told apart within a millisecond, and equal ones are not', () => {
  expect(isBefore('2026-11-22T16:25:00.123400Z', '2026-11-22T16:25:00.123401Z')).toBe(true)
  expect(isBefore('2026-11-22T16:25:00.123401Z', '2026-11-22T16:25:00.123400Z')).toBe(false)
  expect(isBefore('2026-11-22T16:25:00.123Z', '2026-11-22T16:25:00.123Z')).toBe(false)
  expect(isBefore('2026-11-22T16:25:00.123Z', '2026-11-22T16:25:00.123400Z')).toBe(false)
  expect(isBefore('2026-11-22T16:25:00.999999Z', '2026-11-22T16:25:01Z')).toBe(true)
})
