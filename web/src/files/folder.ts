//! Where one put something last, in this browser.

const place = 'peerage.folder'

export function lastFolder(): string | undefined {
  try {
    return localStorage.getItem(place) ?? undefined
  } catch {
    return undefined
  }
}

export function keepFolder(path: string): void {
  try {
    localStorage.setItem(place, path)
  } catch {
    // It is asked for again.
  }
}
