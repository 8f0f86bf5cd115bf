//! What one has begun to write, kept for every space in this browser.

const place = (space: string) => `peerage.draft.${space}`

export function draft(space: string): string {
  try {
    return localStorage.getItem(place(space)) ?? ''
  } catch {
    return ''
  }
}

export function keepDraft(space: string, text: string): void {
  try {
    if (text) localStorage.setItem(place(space), text)
    else localStorage.removeItem(place(space))
  } catch {
    // It holds until the page is closed.
  }
}
