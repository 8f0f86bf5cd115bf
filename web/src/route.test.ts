import { expect, test } from 'vitest'
import { href, parse, space, type Route } from './route.svelte.ts'

const places: Route[] = [
  { at: 'home' },
  space('ab12'),
  space('ab12', 'members'),
  space('ab12', 'files', 'plans/50% off?/#1 & more'),
  space('ab12', 'chat', '', 'cd34'),
  { at: 'search', text: 'a&b = c#?', space: 'ab12' },
  { at: 'people' },
  { at: 'settings' },
]

test.each(places)('the address of a place leads there: %o', (route) => {
  expect(parse(href(route))).toEqual(route)
})

test('what means nothing is home', () => {
  for (const hash of ['', '#', '#/', '#/nowhere', '#/s/', '#code=secret']) expect(parse(hash)).toEqual({ at: 'home' })
  expect(parse('#/s/ab12/%E0%A4%A')).toMatchObject({ at: 'space', tab: 'chat' })
})
