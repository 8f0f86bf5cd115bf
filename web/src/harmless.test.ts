import { expect, test } from 'vitest'
import { harmless, harmlessText } from './harmless.ts'

test('nothing in a name turns, hides or breaks what stands around it', () => {
  expect(harmless('Evil\u202egnp.exe')).toBe('Evil gnp.exe')
  expect(harmless('a\u2066\u200b\u0000b\nc')).toBe('a b c')
  expect(harmless(' \u202e\u200f ', 'Somebody')).toBe('Somebody')
  expect(harmless('x'.repeat(5000)).length).toBeLessThan(130)
  expect(harmless('<b>Mira</b>')).toBe('<b>Mira</b>')
})

test('honest names stay what they are', () => {
  for (const name of ['Mira Vance', 'نور الهدى', '健太', 'Łukasz O’Neill', '👩‍🚀 Ana', 'می‌خواهم'])
    expect(harmless(name)).toBe(name)
})

test('marks do not pile up without end', () => {
  expect(harmless('e' + '\u0300'.repeat(500))).toBe('e' + '\u0300'.repeat(8))
  const start = performance.now()
  expect(harmlessText('e' + '\u0300'.repeat(200_000)).length).toBe(9)
  expect(performance.now() - start).toBeLessThan(1500)
})

test('a text keeps its lines', () => {
  expect(harmlessText('one\n\ttwo\u0007\u001b[31m')).toBe('one\n\ttwo[31m')
})
