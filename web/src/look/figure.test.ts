//! Faces and constellations: the same from the same keys, different from different ones, and nothing on top of another.

import { expect, it } from 'vitest'
import { chart, emblem, type Figure } from './constellation.ts'
import { face } from './face.ts'
import { groups } from './id.ts'
import { sampleId, space } from './showcase.ts'

it('draws one face for one key', () => {
  expect(face(sampleId('a'))).toEqual(face(sampleId('a')))
})

it('draws ten thousand keys ten thousand faces', () => {
  const drawn = new Set(Array.from({ length: 10_000 }, (_, at) => JSON.stringify(face(sampleId(`${at}`)))))
  expect(drawn.size).toBe(10_000)
})

it('keeps every arc of a face on its plate and apart from the next', () => {
  for (let at = 0; at < 500; at++) {
    for (const { path } of face(sampleId(`${at}`)).arcs) {
      const numbers = path.match(/-?[\d.]+/g)!.map(Number)
      for (const value of [numbers[0]!, numbers[1]!, numbers.at(-2)!, numbers.at(-1)!]) {
        expect(value).toBeGreaterThan(3)
        expect(value).toBeLessThan(45)
      }
    }
  }
})

it('does not mind the order in which members are listed', () => {
  const stars = space(9)
  expect(emblem(stars, 40)).toEqual(emblem(stars.toReversed(), 40))
  expect(chart(stars, 700, 420)).toEqual(chart(stars.toReversed(), 700, 420))
})

it('turns the figure by the space', () => {
  expect(emblem(space(4), 40, 'one')).not.toEqual(emblem(space(4), 40, 'other'))
})

it('stays inside', () => {
  for (const size of [12, 24, 40, 120]) {
    for (let count = 1; count < 12; count++) inside(emblem(space(count), size, `${count}`), size, size)
  }
  for (const count of [1, 2, 5, 14, 60, 200]) inside(chart(space(count), 358, 380), 358, 380)
})

it('leaves every star of a chart its room', () => {
  for (const count of [2, 5, 9, 14]) {
    const { stars } = chart(space(count), 760, 460)
    for (const [at, one] of stars.entries()) {
      for (const other of stars.slice(at + 1)) {
        expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThan(one.r + other.r)
      }
    }
  }
})

it('leads a relayed path through whoever forwards', () => {
  const { paths } = chart(space(4), 700, 420)
  const relayed = paths.filter((path) => path.to.star.reach === 'relayed')
  expect(relayed).toHaveLength(2)
  expect(paths.filter((path) => path.to.star.reach === 'lan')).toHaveLength(1)
})

it('shows an id in four groups', () => {
  expect(groups(sampleId('a'))).toHaveLength(4)
  expect(groups('ab')).toEqual(['ab'])
})

function inside({ stars }: Figure, width: number, height: number) {
  for (const { x, y, r } of stars) {
    expect(Math.min(x - r, y - r)).toBeGreaterThanOrEqual(-0.01)
    expect(x + r).toBeLessThanOrEqual(width + 0.01)
    expect(y + r).toBeLessThanOrEqual(height + 0.01)
  }
}
