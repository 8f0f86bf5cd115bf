//! A flat list of shared files, seen as folders.

import type { AnyPath, File } from '../api/types.ts'

export interface Entry {
  /** The last part of the path. */
  name: string
  /** Within the space. */
  path: string
  /** What the peer calls it, where the path is not text. */
  exact: AnyPath
  /** Files beneath it, or itself. */
  files: number
  bytes: number
  /** Bytes of it that are here. */
  have: number
  /** The latest change of any of it. */
  modified?: string
  /** Of a file. */
  file?: File
}

export type Order = 'name' | 'size' | 'changed'

/** What stands directly in a folder (empty: at the top). */
export function inFolder(files: readonly File[], folder: string): Entry[] {
  const head = folder ? folder + '/' : ''
  const found = new Map<string, Entry>()
  for (const file of files) {
    if (!file.path.startsWith(head)) continue
    const rest = file.path.slice(head.length)
    const slash = rest.indexOf('/')
    if (slash < 0) found.set(`${rest}\0${file.path_bytes ?? ''}`, asFile(file, rest))
    else add(found, rest.slice(0, slash), head, file)
  }
  return [...found.values()]
}

/** Every file beneath a folder whose path holds some letters. */
export function holding(files: readonly File[], folder: string, letters: string): Entry[] {
  const head = folder ? folder + '/' : ''
  const wanted = letters.toLocaleLowerCase()
  return files
    .filter((file) => file.path.startsWith(head) && file.path.slice(head.length).toLocaleLowerCase().includes(wanted))
    .map((file) => asFile(file, file.path.slice(file.path.lastIndexOf('/') + 1)))
}

function asFile(file: File, name: string): Entry {
  const exact: AnyPath = file.path_bytes ? { base64: file.path_bytes } : file.path
  const entry: Entry = { name, path: file.path, exact, files: 1, bytes: file.size, have: file.have, file }
  if (file.modified) entry.modified = file.modified
  return entry
}

function add(found: Map<string, Entry>, name: string, head: string, file: File): void {
  const key = name + '/'
  const entry = found.get(key) ?? { name, path: head + name, exact: head + name, files: 0, bytes: 0, have: 0 }
  entry.files++
  entry.bytes += file.size
  entry.have += file.have
  if (file.modified && (!entry.modified || file.modified > entry.modified)) entry.modified = file.modified
  found.set(key, entry)
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** Folders first. Names as people count: 2 before 10. */
export function sorted(entries: readonly Entry[], by: Order, falling: boolean): Entry[] {
  const turn = falling ? -1 : 1
  return entries.toSorted((a, b) => {
    const kinds = Number(a.file !== undefined) - Number(b.file !== undefined)
    if (kinds) return kinds
    const apart = by === 'size' ? a.bytes - b.bytes : by === 'changed' ? compare(a.modified ?? '', b.modified ?? '') : 0
    return turn * (apart || collator.compare(a.name, b.name))
  })
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The folders that lead to a path: name and path of each. */
export function trail(path: string): { name: string; path: string }[] {
  const parts = path.split('/').filter(Boolean)
  return parts.map((name, n) => ({ name, path: parts.slice(0, n + 1).join('/') }))
}

/** What tells an entry from its neighbours. */
export function keyOf(entry: Entry): string {
  return entry.file ? `${entry.path}\0${entry.file.path_bytes ?? ''}` : `${entry.path}/`
}
