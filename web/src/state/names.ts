//! What people and spaces are called here.

import type { Space } from '../api/types.ts'
import { harmless } from '../harmless.ts'
import { words } from '../words.ts'
import { people } from './people.svelte.ts'
import { session } from './session.svelte.ts'
import { spaces } from './spaces.svelte.ts'

/** A person's name, fit to stand in a line. */
export function nameOf(id: string, given?: string, space?: string): string {
  if (id === session.me.id) return harmless(session.me.name, words.you)
  const member = space ? spaces.members(space).find((one) => one.id === id) : undefined
  return harmless(member?.name ?? people.find(id)?.name ?? given ?? '', words.nobody)
}

export function spaceName(space: Pick<Space, 'name'> | undefined): string {
  return harmless(space?.name ?? '', words.nobody)
}
