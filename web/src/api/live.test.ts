import { expect, test } from 'vitest'
import { wait } from './live.ts'

test('tries come less and less often, and never at once', () => {
  const longest = [0, 1, 2, 3, 4, 5, 6, 100].map((n) => wait(n, 0))
  expect(longest).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000])
  expect(wait(3, 1)).toBe(1600)
})
