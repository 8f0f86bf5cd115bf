//! The colours keep their promises: words can be read, marks can be seen, in the light and in the dark.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

/** A token's two colours: on light paper, on dark. */
function pair(name: string): [string, string] {
  const both = css.match(new RegExp(`--${name}: light-dark\\((#\\w+), (#\\w+)\\)`))
  if (both) return [both[1]!, both[2]!]
  const one = css.match(new RegExp(`--${name}: (#\\w+)`))
  if (!one) throw new Error(`no colour --${name}`)
  return [one[1]!, one[1]!]
}

/** A colour through which another shows (`#rrggbbaa`), as it is seen upon that. */
function upon(over: string, under: string): string {
  const share = parseInt(over.slice(7, 9), 16) / 255
  const mixed = [1, 3, 5].map((at) => {
    const [top, below] = [over, under].map((hex) => parseInt(hex.slice(at, at + 2), 16))
    return Math.round(top! * share + below! * (1 - share))
  })
  return `#${mixed.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

/** Relative luminance (WCAG 2.2). */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high! + 0.05) / (low! + 0.05)
}

const papers = ['paper', 'paper-low', 'paper-high']
const words = ['ink-3', 'accent', 'danger', 'warn', 'good', 'reach-near', 'reach-far', 'reach-detour', 'reach-none']
const promises: [string, string, number][] = [
  ...papers.flatMap((paper): [string, string, number][] => [
    ['ink', paper, 7],
    ['ink-2', paper, 7],
    ['edge', paper, 3],
    ...words.map((word): [string, string, number] => [word, paper, 4.5]),
  ]),
  ['accent', 'accent-wash', 4.5],
  ['ink', 'accent-wash', 7],
  ['danger', 'danger-wash', 4.5],
  ['ink-2', 'danger-wash', 4.5],
  ['warn', 'warn-wash', 4.5],
  ['ink-2', 'warn-wash', 4.5],
  ['good', 'good-wash', 4.5],
  ['on-accent', 'accent-fill', 4.5],
  ['on-accent', 'accent-fill-hover', 4.5],
  ['on-accent', 'danger-fill', 4.5],
]

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('%s', (_, at) => {
  it.each(promises)('%s on %s: at least %d', (over, under, least) => {
    expect(contrast(pair(over)[at], pair(under)[at])).toBeGreaterThanOrEqual(least)
  })
  it.each(
    papers.flatMap((paper) => ['hover', 'press'].flatMap((veil) => words.map((word) => [word, veil, paper] as const))),
  )('%s can be read under %s on %s', (word, veil, paper) => {
    expect(contrast(pair(word)[at], upon(pair(veil)[at], pair(paper)[at]))).toBeGreaterThanOrEqual(4.5)
  })
})
