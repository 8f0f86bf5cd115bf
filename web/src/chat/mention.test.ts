import { expect, test } from 'vitest'
import { begun, complete, fitting } from './mention.ts'

const people = ['Mira Vance', 'Jonas', 'Léa', 'نور الهدى'].map((name, n) => ({ id: String(n), name }))

test('a name begins at an @ that begins a word', () => {
  expect(begun('hi @mi', 6)).toEqual({ from: 3, letters: 'mi' })
  expect(begun('@', 1)).toEqual({ from: 0, letters: '' })
  expect(begun('@Mira V', 7)).toEqual({ from: 0, letters: 'Mira V' })
  for (const text of ['a@b.example', 'hi', '@ mi', '@Mira Vance and']) expect(begun(text, text.length)).toBeUndefined()
})

test('letters fit names without case and accents, and any word of them', () => {
  const names = (letters: string) => fitting(letters, people).map((one) => one.name)
  expect(names('le')).toEqual(['Léa'])
  expect(names('Lea')).toEqual([])
  expect(names('van')).toEqual(['Mira Vance'])
  expect(names('')).toHaveLength(4)
  expect(names('x')).toEqual([])
  expect(names('Mira ')).toEqual(['Mira Vance'])
  expect(names('Mira Vance ')).toEqual([])
})

test('the name takes the place of the letters', () => {
  const done = complete('ask @mi now', 7, { from: 4, letters: 'mi' }, 'Mira Vance')
  expect(done.text).toBe('ask @Mira Vance now')
  expect(done.text.slice(0, done.cursor)).toBe('ask @Mira Vance ')
})
