//! Whether the first start is behind one.

const place = 'peerage.begun'

class Begun {
  done = $state(read())

  set(): void {
    this.done = true
    try {
      localStorage.setItem(place, 'yes')
    } catch {
      // It holds until the page is closed.
    }
  }
}

function read(): boolean {
  try {
    return localStorage.getItem(place) !== null
  } catch {
    return false
  }
}

export const begun = new Begun()
