//! Who is writing just now.

import { SvelteMap } from 'svelte/reactivity'

/** How long one word of it holds, in milliseconds: the sender repeats it every three seconds. */
const holds = 5000

class Typing {
  /** By space: person to the timer that ends it. */
  #writing = new SvelteMap<string, SvelteMap<string, ReturnType<typeof setTimeout>>>()

  /** Ids of the persons writing in a space. */
  who(space: string): string[] {
    return [...(this.#writing.get(space)?.keys() ?? [])]
  }

  heard(space: string, person: string): void {
    let persons = this.#writing.get(space)
    if (!persons) this.#writing.set(space, (persons = new SvelteMap()))
    clearTimeout(persons.get(person))
    persons.set(
      person,
      setTimeout(() => this.ended(space, person), holds),
    )
  }

  ended(space: string, person: string): void {
    const persons = this.#writing.get(space)
    clearTimeout(persons?.get(person))
    persons?.delete(person)
  }
}

export const typing = new Typing()
