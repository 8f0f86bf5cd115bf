//! Where a space's peers stand and which paths lie between them: from an emblem of twelve pixels to the view of all
//! connections. Directions come from the keys alone, so one sees the same figure in every size; distance is the key's in
//! the emblem, and in the chart how near a peer is by its reach.

import { dice } from './dice.ts'
import { reaches, type Reach } from './reach.ts'

/** A peer in the picture. */
export interface Star {
  /** The peer's id. */
  key: string
  /** Its person's id, whose face it shows; without it the peer's own. */
  person?: string
  name?: string
  /** Whether it is this peer: every path begins here. */
  me?: boolean
  reach?: Reach
  /** The id of the peer that forwards. */
  via?: string
  /** Which way data passes just now. */
  flow?: 'in' | 'out' | 'both'
  /** Round trip, milliseconds. */
  rtt?: number
}

export interface Placed {
  star: Star
  x: number
  y: number
  /** Its radius. */
  r: number
}

export interface Path {
  /** Its own name: the peer it leads to, and who it passes. */
  key: string
  to: Placed
  d: string
  /** The middle of the line, for its bead. */
  x: number
  y: number
}

/** A distance in the chart that peers of like reach share. */
export interface Orbit {
  tier: Tier
  rx: number
  ry: number
}

export type Tier = 'near' | 'far' | 'detour' | 'none'

export interface Figure {
  stars: Placed[]
  paths: Path[]
  orbits: Orbit[]
}

/** An emblem shows no more peers than can be told apart in it. */
const EMBLEM_STARS = 7
/** A chart shows no more than so many; the list beside it has all. */
export const CHART_STARS = 96
/** A chart of fewer pixels, as on a phone, has smaller stars and shorter names. */
export const NARROW = 520
/** A chart of fewer pixels from top to bottom does not name its orbits. */
export const LOW = 320

/** The figure in a square of this many pixels. `seed` (the space's id) turns it, so that two spaces of the same people differ. */
export function emblem(stars: Star[], size: number, seed = ''): Figure {
  const [me, others] = split(stars, EMBLEM_STARS)
  const r = Math.max(1.5, size * (others.length > 4 ? 0.075 : 0.09))
  const away = bearings(others, seed)
  const points = others.map((star, at) => {
    const far = 0.78 + dice(star.key + seed)() * 0.22
    return { star, x: Math.cos(away[at]!) * far, y: Math.sin(away[at]!) * far, r }
  })
  const placed = fit([{ star: me, x: 0, y: 0, r: r * 1.1 }, ...points], size)
  return { stars: placed, paths: paths(placed, 0.03 * size, 0), orbits: [] }
}

/** The figure over so many pixels, every reach at its own distance. */
export function chart(stars: Star[], width: number, height: number, seed = ''): Figure {
  const [me, others] = split(stars, CHART_STARS)
  const narrow = width < NARROW
  const r = radius(others.length, Math.min(width, height)) * (narrow ? 0.85 : 1)
  const orbits = orbitsOf(others, width / 2 - r - (narrow ? 14 : 30), height / 2 - r - (height < LOW ? 18 : 28), r)
  const away = bearings(others, seed)
  const crowded = others.length > 16
  const riders = others.map((star, at): Rider => {
    const orbit = orbits.find((orbit) => orbit.tier === tier(star))!
    const sway = crowded ? [1, 0.9, 0.8][at % 3]! : 1
    return { star, angle: away[at]!, rx: orbit.rx * sway, ry: orbit.ry * sway }
  })
  const wide = 2 * r + (crowded ? 6 : narrow ? 20 : 30)
  spread(riders, wide, 2 * r + (crowded ? 6 : 26), height < LOW ? [] : orbits)
  const placed = [
    { star: me, x: width / 2, y: height / 2, r: r * 1.2 },
    ...riders.map((rider) => ({ star: rider.star, x: width / 2 + on(rider).x, y: height / 2 + on(rider).y, r })),
  ]
  return { stars: placed, paths: paths(placed, 4, 22), orbits }
}

/** A star on its orbit. */
interface Rider {
  star: Star
  angle: number
  rx: number
  ry: number
}

const on = ({ angle, rx, ry }: Pick<Rider, 'angle' | 'rx' | 'ry'>) => ({
  x: Math.cos(angle) * rx,
  y: Math.sin(angle) * ry,
})

/** Lets stars that touch (`wide` and `high` with their names) or cover an orbit's word slide apart along their orbits. */
function spread(riders: Rider[], wide: number, high: number, orbits: Orbit[]) {
  const signs = orbits.map(({ ry }) => ({ x: 0, y: -ry }))
  for (let round = 0; round < 90; round++) {
    for (const [at, one] of riders.entries()) {
      for (const other of riders.slice(at + 1)) push(one, on(other), wide, high, other)
      for (const sign of signs) push(one, sign, 60 + wide / 2, high / 2 + 12)
    }
  }
}

/** Moves a star away from a point along its orbit, and the other star, if there is one, the other way. */
function push(one: Rider, from: Point, wide: number, high: number, other?: Rider) {
  const here = on(one)
  const [dx, dy] = [(from.x - here.x) / wide, (from.y - here.y) / high]
  const apart = Math.hypot(dx, dy)
  if (apart >= 1) return
  const slide = (rider: Rider, way: number) => {
    const [tx, ty] = [-Math.sin(rider.angle) * rider.rx, Math.cos(rider.angle) * rider.ry]
    const along = dx * (tx / wide) + dy * (ty / high)
    const step = ((1 - apart) * 0.35 * wide) / Math.hypot(tx, ty)
    rider.angle += way * (Math.sign(along) || 1) * step
  }
  slide(one, -1)
  if (other) slide(other, 1)
}

/** This peer, and the others in the order of their keys. */
function split(stars: Star[], most: number): [Star, Star[]] {
  const me = stars.find((star) => star.me) ?? { key: '', me: true }
  const others = stars.filter((star) => star !== me && !star.me)
  others.sort((a, b) => (a.key < b.key ? -1 : 1))
  return [me, others.slice(0, most)]
}

/** Every peer's direction: its key's, moved no further than it must to leave its neighbours room. */
function bearings(stars: Star[], seed: string): number[] {
  const turn = 2 * Math.PI
  const start = dice(seed)() * turn
  const wish = stars.map((star, at) => ({ at, angle: (start + dice(star.key)() * turn) % turn }))
  wish.sort((a, b) => a.angle - b.angle)
  const room = (turn / Math.max(stars.length, 1)) * 0.8
  for (let round = 0; round < 60 && stars.length > 1; round++) {
    for (let at = 0; at < wish.length; at++) {
      const one = wish[at]!
      const other = wish[(at + 1) % wish.length]!
      const apart = other.angle - one.angle + (at + 1 === wish.length ? turn : 0)
      if (apart >= room) continue
      one.angle -= (room - apart) / 2
      other.angle += (room - apart) / 2
    }
  }
  const angles: number[] = []
  for (const { at, angle } of wish) angles[at] = angle
  return angles
}

/** Scales and moves the points so that they fill a square. */
function fit(points: Placed[], size: number): Placed[] {
  if (points.length === 1) return [{ ...points[0]!, x: size / 2, y: size / 2, r: size * 0.16 }]
  const r = Math.max(...points.map((point) => point.r))
  const span = (of: (point: Placed) => number) => {
    const all = points.map(of)
    return [Math.min(...all), Math.max(...all)] as const
  }
  const [left, right] = span((point) => point.x)
  const [top, bottom] = span((point) => point.y)
  const scale = Math.min((size - 2 * r) / Math.max(right - left, bottom - top), size * 0.62)
  return points.map((point) => ({
    ...point,
    x: size / 2 + (point.x - (left + right) / 2) * scale,
    y: size / 2 + (point.y - (top + bottom) / 2) * scale,
  }))
}

/** Radius of a face in the chart. */
function radius(count: number, room: number): number {
  const most = count <= 8 ? 22 : count <= 16 ? 18 : count <= 32 ? 13 : 9
  return Math.min(most, Math.max(8, room / 16))
}

export function tier(star: Star): Tier {
  return reaches[star.reach ?? 'unreachable'].colour.slice('var(--reach-'.length, -1) as Tier
}

/** The distances in use, evenly spread, the furthest at the edge. */
function orbitsOf(stars: Star[], rx: number, ry: number, r: number): Orbit[] {
  const used = (['near', 'far', 'detour', 'none'] as const).filter((one) => stars.some((star) => tier(star) === one))
  const least = Math.min(0.55, Math.max(0.42, (r * 3.6) / Math.min(rx, ry)))
  const share = (at: number) => (used.length === 1 ? 0.86 : least + ((1 - least) * at) / (used.length - 1))
  return used.map((one, at) => ({ tier: one, rx: rx * share(at), ry: ry * share(at) }))
}

/** A path from this peer to every other: straight, or by way of whoever forwards. `free` is left open before a star. */
function paths(placed: Placed[], free: number, bend: number): Path[] {
  const me = placed[0]!
  return placed.slice(1).flatMap((to) => {
    const via = to.star.via === undefined ? undefined : placed.find((one) => one.star.key === to.star.via && one !== to)
    if (!via) return [leg(me, to, to, free, to.star.reach === 'relayed' ? bend : 0)]
    const first = bend ? [leg(me, via, to, free, bend)] : []
    return [...first, leg(via, to, to, free, 0)]
  })
}

interface Point {
  x: number
  y: number
}

/** One leg of a path: a quadratic curve, cut free of the stars at both ends. */
function leg(from: Placed, until: Placed, to: Placed, free: number, bend: number): Path {
  const [dx, dy] = [until.x - from.x, until.y - from.y]
  const length = Math.hypot(dx, dy) || 1
  const knee = { x: (from.x + until.x) / 2 - (dy / length) * bend, y: (from.y + until.y) / 2 + (dx / length) * bend }
  const start = Math.min((from.r + free) / length, 0.45)
  const end = 1 - Math.min((until.r + free) / length, 0.45)
  const between = (a: Point, b: Point, t: number) => ({ x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t })
  const along = (t: number) => between(between(from, knee, t), between(knee, until, t), t)
  const [a, z, middle] = [along(start), along(end), along((start + end) / 2)]
  const pull = between(between(from, knee, start), between(knee, until, start), end)
  const print = (point: Point) => `${point.x.toFixed(1)} ${point.y.toFixed(1)}`
  return {
    key: `${until.star.key} ${to.star.key}`,
    to,
    d: `M${print(a)}Q${print(pull)} ${print(z)}`,
    x: middle.x,
    y: middle.y,
  }
}
