import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { announce, dismiss, toast, toasts } from './toasts.svelte.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  for (const one of toasts.shown) dismiss(one.id)
  vi.useRealTimers()
})

const texts = () => toasts.shown.map((one) => one.text)

it('lets news go by itself, and keeps a problem until it is dismissed', () => {
  toast('Copied')
  toast('The disk is full', { kind: 'problem' })
  vi.advanceTimersByTime(60_000)
  expect(texts()).toEqual(['The disk is full'])
})

it('gives more time where something can be done', () => {
  toast('Copied')
  toast('Message taken back', { action: { label: 'Undo', run: () => {} } })
  vi.advanceTimersByTime(5000)
  expect(texts()).toEqual(['Message taken back'])
})

it('shows the same words once, and three at most', () => {
  for (const text of ['a', 'b', 'b', 'c', 'd']) toast(text)
  expect(texts()).toEqual(['b', 'c', 'd'])
})

it('takes away only its own', () => {
  const away = toast('a')
  toast('b')
  away()
  expect(texts()).toEqual(['b'])
})

it('speaks every toast, a problem at once, and the same words again', () => {
  toast('a')
  expect(toasts.spoken).toBe('a')
  const before = toasts.spoken
  announce('a')
  expect(toasts.spoken).not.toBe(before)
  toast('no', { kind: 'problem' })
  expect(toasts.urgent).toBe('no')
})
