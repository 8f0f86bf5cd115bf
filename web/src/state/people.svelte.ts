//! Contacts and members of shared spaces, who is nearby, who asks.

import { api } from '../api/index.ts'
import type { NearbyList, Person, Request } from '../api/types.ts'
import { coalesce } from './coalesce.ts'

class People {
  list = $state.raw<Person[]>([])
  requests = $state.raw<Request[]>([])
  nearby = $state.raw<NearbyList>({ on: true, people: [] })

  /** How many ask and wait for one's answer. */
  get waiting(): number {
    return this.requests.filter((request) => request.incoming && !request.confirmed).length
  }

  find(id: string): Person | undefined {
    return this.list.find((person) => person.id === id)
  }

  readonly load = coalesce(async () => void (this.list = await api.people()))
  readonly loadRequests = coalesce(async () => void (this.requests = await api.requests()))
  readonly loadNearby = coalesce(async () => void (this.nearby = await api.nearby()))

  loadAll(): void {
    void this.load()
    void this.loadRequests()
    void this.loadNearby()
  }
}

export const people = new People()
