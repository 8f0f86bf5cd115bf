//! What a menu holds.

import type { IconName } from './icons.ts'

/** One line of a menu; `'line'` stands between groups. */
export type MenuItem =
  | 'line'
  | {
      label: string
      icon?: IconName
      /** Keys that do the same. */
      keys?: string
      /** Cannot be undone. */
      danger?: boolean
      disabled?: boolean
      /** Of one that is on or off. */
      checked?: boolean
      run: () => void
    }
