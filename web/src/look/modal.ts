//! What dialogs and sheets share: the browser's own `<dialog>` keeps the focus inside, the rest out of reach, and gives the
//! focus back.

import type { Attachment } from 'svelte/attachments'
import { notLost } from './focus.ts'

/** Opens the dialog as long as `open` says so; `closed` hears that it was closed by Escape, its veil or a button. */
export function modal(open: () => boolean, closed: () => void): Attachment<HTMLDialogElement> {
  return (dialog) => {
    if (!open()) return
    const before = document.activeElement
    dialog.showModal()
    first(dialog)?.focus()
    // A press that begins inside and ends on the veil (selecting text) is not meant to close.
    let outside = false
    const press = (event: PointerEvent) => (outside = event.target === dialog && !within(dialog, event))
    const click = (event: MouseEvent) => outside && event.target === dialog && dialog.close()
    dialog.addEventListener('pointerdown', press)
    dialog.addEventListener('click', click)
    dialog.addEventListener('close', closed)
    return () => {
      dialog.removeEventListener('pointerdown', press)
      dialog.removeEventListener('click', click)
      dialog.removeEventListener('close', closed)
      dialog.close()
      // One that was taken out of the page together with its owner gives the focus to nobody.
      void notLost(before instanceof HTMLElement && before.isConnected ? before : undefined)
    }
  }
}

/** Where one begins: what can be filled in, else the first (the harmless) answer; never the cross. */
function first(dialog: HTMLElement): HTMLElement | null {
  const field = '.body :is(input, textarea, select):not(:disabled, [type=hidden])'
  return (
    dialog.querySelector<HTMLElement>('[autofocus]') ??
    dialog.querySelector<HTMLElement>(field) ??
    dialog.querySelector<HTMLElement>('footer button')
  )
}

function within(dialog: HTMLElement, { clientX, clientY }: MouseEvent): boolean {
  const box = dialog.getBoundingClientRect()
  return clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom
}
