//! Who is known to have how much of a file.

import type { File } from '../api/types.ts'

export interface Bar {
  peer: string
  name: string
  me?: boolean
  bytes: number
}

/** Oneself as far as it is here, others as the list of files says: whole. */
export function holdersOf(file: File, me: { id: string; name: string }): Bar[] {
  const others = (file.holders ?? []).filter((name) => name !== me.name)
  const bars: Bar[] = others.map((name) => ({ peer: name, name, bytes: file.size }))
  if (file.have > 0) bars.unshift({ peer: me.id, name: me.name, me: true, bytes: file.have })
  return bars
}
