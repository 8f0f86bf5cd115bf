import { expect, test } from 'vitest'
import { coalesce } from './coalesce.ts'

test('what is asked while it runs becomes one more run', async () => {
  let runs = 0
  const load = coalesce(async () => {
    runs++
    await Promise.resolve()
  })
  await Promise.all([load(), load(), load()])
  expect(runs).toBe(2)
  await load()
  expect(runs).toBe(3)
})

test('what is asked while a run fails is still done', async () => {
  let runs = 0
  const load = coalesce(async () => {
    await Promise.resolve()
    if (++runs === 1) throw new Error('not let in yet')
  })
  await Promise.all([load(), load()])
  expect(runs).toBe(2)
})

test('a failure is not the last word', async () => {
  let runs = 0
  const load = coalesce(async () => {
    if (++runs === 1) throw new Error('lost')
  })
  await load()
  await load()
  expect(runs).toBe(2)
})
