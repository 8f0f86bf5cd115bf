//! Files and folders from a drop, a paste or a choice, with their paths.

import type { Piece } from '../api/client.ts'

/** Whether something is dragged that could be dropped as files. */
export function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false
}

/** Everything that was dropped, folders with all that is in them. */
export async function dropped(transfer: DataTransfer): Promise<Piece[]> {
  // Entries must be taken before anything is waited for: afterwards the browser has emptied the list.
  const entries = [...transfer.items].flatMap((item) => (item.kind === 'file' ? [item.webkitGetAsEntry()] : []))
  const plain = [...transfer.files]
  if (!entries.some((entry) => entry)) return chosen(plain)
  const found: Piece[] = []
  for (const entry of entries) if (entry) await walk(entry, [], found)
  return found
}

async function walk(entry: FileSystemEntry, above: string[], found: Piece[]): Promise<void> {
  const path = [...above, entry.name]
  if (entry.isFile) {
    const content = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    found.push({ path, content })
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  // A reader answers at most a hundred at a time, until it answers none.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (!some.length) return
    for (const one of some) await walk(one, path, found)
  }
}

/** What was chosen in a dialog; of a folder with its paths. */
export function chosen(files: Iterable<File>): Piece[] {
  return [...files].map((content) => ({
    path: content.webkitRelativePath ? content.webkitRelativePath.split('/') : [content.name],
    content,
  }))
}

/** The first part of every path once: what was dropped, as one sees it. */
export function tops(pieces: readonly Piece[]): string[] {
  return [...new Set(pieces.map((piece) => piece.path[0] ?? ''))]
}

/** Bytes of all of it. */
export function weight(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + piece.content.size, 0)
}

/** Lets one choose files, or a folder. */
export function choose(folder = false): Promise<Piece[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input')
    input.type = 'file'
    input.multiple = true
    input.webkitdirectory = folder
    // In the document, though not shown: a field that is in none may be cleared away while its dialog is open.
    input.hidden = true
    const end = (pieces: Piece[]) => {
      input.remove()
      resolve(pieces)
    }
    input.addEventListener('change', () => end(chosen(input.files ?? [])))
    input.addEventListener('cancel', () => end([]))
    document.body.append(input)
    input.click()
  })
}
