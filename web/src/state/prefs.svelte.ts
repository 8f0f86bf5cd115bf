//! What one likes, in this browser only.

type Theme = 'system' | 'light' | 'dark'
type Density = 'easy' | 'tight'

interface Liked {
  theme: Theme
  density: Density
  /** Whether the desktop tells of what is new: everything, only what is meant for oneself, nothing. */
  notify: 'all' | 'mine' | 'none'
  /** Whether the side panel is open. */
  panel: boolean
}

const place = 'peerage.prefs'
const usual: Liked = { theme: 'system', density: 'easy', notify: 'none', panel: true }

class Prefs {
  #liked = $state.raw<Liked>(usual)

  constructor() {
    try {
      this.#liked = { ...usual, ...(JSON.parse(localStorage.getItem(place) ?? '{}') as Partial<Liked>) }
    } catch {
      // What cannot be read is not liked.
    }
    this.#show()
  }

  get theme(): Theme {
    return this.#liked.theme
  }
  set theme(theme: Theme) {
    this.#set({ theme })
  }

  get density(): Density {
    return this.#liked.density
  }
  set density(density: Density) {
    this.#set({ density })
  }

  get notify(): Liked['notify'] {
    return this.#liked.notify
  }
  set notify(notify: Liked['notify']) {
    this.#set({ notify })
  }

  get panel(): boolean {
    return this.#liked.panel
  }
  set panel(panel: boolean) {
    this.#set({ panel })
  }

  #set(some: Partial<Liked>): void {
    this.#liked = { ...this.#liked, ...some }
    try {
      localStorage.setItem(place, JSON.stringify(this.#liked))
    } catch {
      // It holds until the page is closed.
    }
    this.#show()
  }

  #show(): void {
    const root = document.documentElement.dataset
    if (this.#liked.theme === 'system') delete root.theme
    else root.theme = this.#liked.theme
    if (this.#liked.density === 'tight') root.density = 'tight'
    else delete root.density
  }
}

export const prefs = new Prefs()
