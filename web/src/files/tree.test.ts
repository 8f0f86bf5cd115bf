import { expect, test } from 'vitest'
import type { File } from '../api/types.ts'
import { holding, inFolder, keyOf, sorted, trail } from './tree.ts'

function file(path: string, size: number, have = 0, more: Partial<File> = {}): File {
  return { path, size, hash: '', state: 'remote', have, by: '', by_id: '', ...more }
}

const files = [
  file('a/b/1.txt', 10, 10, { modified: '2026-01-02T00:00:00Z' }),
  file('a/b/2.txt', 20, 5, { modified: '2026-01-03T00:00:00Z' }),
  file('a/10.txt', 1),
  file('a/2.txt', 100),
  file('ab.txt', 7),
]

test('a folder is all that is beneath it', () => {
  const [a] = inFolder(files, '')
  expect(a).toMatchObject({ name: 'a', path: 'a', files: 4, bytes: 131, have: 15, modified: '2026-01-03T00:00:00Z' })
  expect(inFolder(files, 'a').map((entry) => entry.name)).toEqual(['b', '10.txt', '2.txt'])
  expect(inFolder(files, 'a/b')).toHaveLength(2)
  expect(inFolder(files, 'nowhere')).toEqual([])
})

test('folders first, numbers as people count', () => {
  const names = (list: { name: string }[]) => list.map((entry) => entry.name)
  expect(names(sorted(inFolder(files, 'a'), 'name', false))).toEqual(['b', '2.txt', '10.txt'])
  expect(names(sorted(inFolder(files, 'a'), 'size', true))).toEqual(['b', '2.txt', '10.txt'])
  expect(names(sorted(inFolder(files, 'a'), 'size', false))).toEqual(['b', '10.txt', '2.txt'])
})

test('two names that look the same and are not stay two', () => {
  const twins = [file('x\ufffd', 1, 0, { path_bytes: '/w==' }), file('x\ufffd', 2, 0, { path_bytes: '/g==' })]
  const entries = inFolder(twins, '')
  expect(entries.map((entry) => entry.exact)).toEqual([{ base64: '/w==' }, { base64: '/g==' }])
  expect(new Set(entries.map(keyOf)).size).toBe(2)
})

test('a file and a folder of one name stay two', () => {
  expect(new Set(inFolder([file('x', 1), file('x/y', 1)], '').map(keyOf)).size).toBe(2)
})

test('letters are looked for beneath the folder one is in', () => {
  expect(holding(files, '', 'B').map((entry) => entry.path)).toEqual(['a/b/1.txt', 'a/b/2.txt', 'ab.txt'])
  expect(holding(files, 'a', '2').map((entry) => entry.name)).toEqual(['2.txt', '2.txt'])
})

test('twenty thousand files are sorted while nobody notices', () => {
  const many = Array.from({ length: 20_000 }, (_, n) => file(`d${n % 100}/${n}`, n))
  const start = performance.now()
  expect(sorted(inFolder(many, ''), 'name', false)).toHaveLength(100)
  expect(performance.now() - start).toBeLessThan(1500)
})

test('the trail leads from the top', () => {
  expect(trail('a/b')).toEqual([
    { name: 'a', path: 'a' },
    { name: 'b', path: 'a/b' },
  ])
  expect(trail('')).toEqual([])
})
