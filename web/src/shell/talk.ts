//! The conversation with a person.

import { api } from '../api/index.ts'
import { complain } from '../problem.ts'
import { router, space as to } from '../route.svelte.ts'
import { spaces } from '../state/spaces.svelte.ts'

/** Opens the conversation with a person, and makes it if there is none. */
export async function talk(person: string): Promise<void> {
  try {
    for (const space of spaces.list.filter((one) => one.kind === 'direct')) {
      if (!spaces.members(space.id).length) await spaces.loadMembers(space.id)
      if (spaces.members(space.id).some((member) => member.id === person)) return router.go(to(space.id))
    }
    // The peer makes it when it is asked for it by the person.
    const made = await api.space(`@${person}`)
    spaces.enter(made)
    router.go(to(made.id))
  } catch (cause) {
    complain(cause)
  }
}
