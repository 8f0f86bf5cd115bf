import { expect, test } from 'vitest'
import { rank } from './rank.ts'

const names = ['The archive', 'Kite builders', 'Release notes', 'Léa', 'Mira Vance', 'Make a space']

test('the likeliest first', () => {
  expect(rank(names, 'ar', (n) => n)[0]).toBe('The archive')
  expect(rank(names, 'lea', (n) => n)).toEqual(['Léa', 'Release notes'])
  expect(rank(names, 'kb', (n) => n)).toEqual(['Kite builders'])
  expect(rank(names, 'zz', (n) => n)).toEqual([])
  expect(rank(names, ' ', (n) => n)).toEqual(names)
})
