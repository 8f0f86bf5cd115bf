//! Where the focus goes when what had it is gone, so that whoever works by keyboard is never lost.

import { tick } from 'svelte'

/** After something was taken away: if it had the focus, the place it stood in gets it. */
export async function notLost(place = document.getElementById('main')): Promise<void> {
  await tick()
  if (document.activeElement === document.body || !document.activeElement) place?.focus({ preventScroll: true })
}

/** After a form was found wanting: to the first thing that is not right. */
export async function toProblem(form: HTMLElement): Promise<void> {
  await tick()
  form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
}
