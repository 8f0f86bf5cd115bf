//! The clipboard, and saying that something is on it.

import { words } from './words.ts'
import { toast } from './toasts.svelte.ts'

/** Copies and says so; `said` names what was copied. */
export async function copy(text: string, said: string = words.copied): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    toast(said, { icon: 'check' })
  } catch {
    toast(words.notCopied, { kind: 'problem' })
  }
}
