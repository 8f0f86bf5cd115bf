import { expect, test } from 'vitest'
import { inTurn } from './queue.ts'

class Picture extends EventTarget {
  src = ''
  removeAttribute(): void {
    this.src = ''
  }
}

function show(n: number): { picture: Picture; away: () => void } {
  const picture = new Picture()
  const away = inTurn(`/${n}`)(picture as unknown as HTMLImageElement)
  return { picture, away: away as () => void }
}

test('three at a time, and each that ends lets the next one in', () => {
  const all = [0, 1, 2, 3, 4, 5].map(show)
  const asked = () => all.filter(({ picture }) => picture.src).length
  expect(asked()).toBe(3)
  all[0]?.picture.dispatchEvent(new Event('load'))
  expect(asked()).toBe(4)
  all[1]?.picture.dispatchEvent(new Event('error'))
  all[1]?.away()
  expect(asked()).toBe(5)
  all[2]?.away()
  expect(all[5]?.picture.src).toBe('/5')
  for (const { picture, away } of all) {
    picture.dispatchEvent(new Event('load'))
    away()
  }
  const more = [6, 7, 8, 9].map(show)
  expect(more.filter(({ picture }) => picture.src).length).toBe(3)
  more[3]?.away()
  more[0]?.away()
  expect(more.filter(({ picture }) => picture.src).length).toBe(2)
  for (const { away } of more) away()
})
