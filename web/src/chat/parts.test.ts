import { expect, test } from 'vitest'
import { beginning, isEmoji, parts } from './parts.ts'

const links = (text: string) => parts(text).filter((part) => part.is === 'link')

test('what a text was is still all there', () => {
  const text = 'see https://a.example/x?y=1#z, and `code https://no.example` @Mira\n```\n<b>block</b>\n```'
  const whole = parts(text, [{ id: '1', name: 'Mira' }]).map((part) => part.text)
  expect(whole.join('')).toBe('see https://a.example/x?y=1#z, and code https://no.example @Mira\n<b>block</b>')
})

test('only http and https become links, without what stands around them', () => {
  expect(links('(https://a.example/b_(c)).').map((part) => part.text)).toEqual(['https://a.example/b_(c)'])
  expect(links('https://a.example/ä!').map((part) => part.text)).toEqual(['https://a.example/ä'])
  for (const text of [
    'javascript:alert(1)',
    'data:text/html,x',
    'JAVASCRIPT://x',
    'file:///etc/passwd',
    'http://',
    'xhttps',
  ])
    expect(links(text)).toEqual([])
})

test('an address cannot hide what turns it around', () => {
  const [found] = links('https://good.example/\u202emoc.live//:sptth')
  expect(found?.text).toBe('https://good.example/')
})

test('an invitation is one, and nothing else of that scheme', () => {
  expect(parts('come: peer://join/AYhY_-9!').filter((part) => part.is === 'invitation')).toEqual([
    { is: 'invitation', text: 'peer://join/AYhY_-9' },
  ])
  expect(parts('peer://stop/now xpeer://join/abc').every((part) => part.is === 'text')).toBe(true)
})

test('code keeps its secrets', () => {
  expect(parts('`https://a.example`')).toEqual([{ is: 'code', text: 'https://a.example' }])
  expect(parts('```ts\nlet a = `b`\n```')).toEqual([{ is: 'block', text: 'let a = `b`' }])
})

test('a name is mentioned whole, the longer one first', () => {
  const named = [
    { id: '1', name: 'Mira' },
    { id: '2', name: 'Mira Vance' },
    { id: '3', name: 'a.*(b' },
  ]
  const ids = (text: string) => parts(text, named).flatMap((part) => (part.is === 'mention' ? [part.id] : []))
  expect(ids('@Mira Vance and @Mira, not @Miranda')).toEqual(['2', '1'])
  expect(ids('@a.*(b')).toEqual(['3'])
  expect(ids('@axxxb')).toEqual([])
})

test('a very long text is quick', () => {
  const named = [{ id: '1', name: 'Mira' }]
  const long = [
    '`'.repeat(30_000) + 'https://'.repeat(5000) + '@Mi'.repeat(5000),
    'http://a/' + ')'.repeat(20_000),
    'http://a/' + '([{'.repeat(3000) + ')]}.'.repeat(3000),
    '```'.repeat(7000),
    '`a'.repeat(10_000),
    'peer://join/'.repeat(2000),
    '@Mira'.repeat(4000),
  ]
  for (const text of long) {
    const start = performance.now()
    parts(text, named)
    expect(performance.now() - start).toBeLessThan(1500)
  }
})

test('of a long text the beginning shows first', () => {
  expect(beginning('short\nand sweet')).toBe('short\nand sweet')
  expect(beginning('a'.repeat(3500))).toHaveLength(3500)
  expect(beginning('a'.repeat(30_000))).toHaveLength(3000)
  expect(beginning('a\n'.repeat(15_000)).split('\n').length).toBeLessThanOrEqual(31)
  expect(beginning(Array(30).fill('x').join('\n'))).toHaveLength(59)
})

test('a text of very many parts keeps all its letters', () => {
  const text = 'https://a.example/x '.repeat(900)
  const found = parts(text)
  expect(found.length).toBeLessThan(310)
  expect(found.map((part) => part.text).join('')).toBe(text)
})

test('a few emoji alone are large', () => {
  expect(isEmoji('🎉')).toBe(true)
  expect(isEmoji('👩‍🚀 ❤️')).toBe(true)
  expect(isEmoji('7')).toBe(false)
  expect(isEmoji('ok 🎉')).toBe(false)
  expect(isEmoji('🎉'.repeat(9))).toBe(false)
})
