//! A place that scrolls and holds nothing to focus takes the focus itself, so that keys can scroll it.

import type { Attachment } from 'svelte/attachments'

const FOCUSABLE = 'a[href], button, input, textarea, select, summary, [tabindex]'

export const scrollable: Attachment<HTMLElement> = (element) => {
  const look = () => {
    const needed = element.scrollHeight > element.clientHeight && !element.querySelector(FOCUSABLE)
    if (needed) element.tabIndex = 0
    else element.removeAttribute('tabindex')
  }
  const sizes = new ResizeObserver(look)
  sizes.observe(element)
  return () => sizes.disconnect()
}
