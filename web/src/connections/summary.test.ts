import { expect, it } from 'vitest'
import type { Connection } from '../api/types.ts'
import { and } from '../format.ts'
import { summary } from './summary.ts'

const peer = (reach: Connection['reach']): Connection => ({
  peer: '',
  person: '',
  name: '',
  me: false,
  online: reach !== 'unreachable',
  reach,
  sent_bytes: 0,
  received_bytes: 0,
  spaces: [],
})

it('says how many are reached, and how', () => {
  const told = summary(
    ['lan', 'local', 'punched', 'relayed', 'unreachable'].map((reach) => peer(reach as Connection['reach'])),
  )
  expect(told).toBe(`4 of 5 peers reached: ${and(['2 on your network', '1 directly', '1 through others'])}`)
})

it('says it plainly when nobody is reached', () => {
  expect(summary([peer('unreachable')])).toBe('None of 1 peer is reached')
  expect(summary([])).toBe('No other peers yet')
})
