//! A refusal in one or two sentences for people.

import { Refusal } from './api/client.ts'
import { toast } from './look/index.ts'

/** What happened, why, and what to do, as far as it is known. */
export function told(problem: unknown): string {
  if (!(problem instanceof Refusal))
    return problem instanceof Error ? sentence(problem.message) : sentence(String(problem))
  const { message, why, hint } = problem.problem
  return [message, why, hint]
    .filter((part): part is string => Boolean(part))
    .map(sentence)
    .join(' ')
}

/** Says it at the screen's edge; nothing if it was one's own wish to stop. */
export function complain(problem: unknown): void {
  if (problem instanceof DOMException && problem.name === 'AbortError') return
  toast(told(problem), { kind: 'problem' })
}

function sentence(text: string): string {
  const trimmed = text.trim()
  if (!trimmed) return trimmed
  const first = trimmed.charAt(0).toLocaleUpperCase() + trimmed.slice(1)
  return /[.!?…]$/.test(first) ? first : `${first}.`
}
