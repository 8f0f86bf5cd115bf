//! Pictures that are not here yet hold a connection to the peer until somebody has sent them, and a browser has few:
//! only so many are asked for at a time, so that talking never waits behind pictures.

import type { Attachment } from 'svelte/attachments'

/** At a time; a browser has six connections to one place. */
const most = 3

interface Waiting {
  begin: () => void
}

const waiting: Waiting[] = []
let busy = 0

function next(): void {
  while (busy < most) {
    const one = waiting.shift()
    if (!one) return
    busy++
    one.begin()
  }
}

/** Gives a picture its address when its turn comes. */
export function inTurn(address: string): Attachment<HTMLImageElement> {
  return (image) => {
    let begun = false
    let over = false
    const end = () => {
      if (!begun || over) return
      over = true
      busy--
      next()
    }
    const turn: Waiting = {
      begin: () => {
        begun = true
        image.src = address
      },
    }
    image.addEventListener('load', end)
    image.addEventListener('error', end)
    waiting.push(turn)
    next()
    return () => {
      image.removeEventListener('load', end)
      image.removeEventListener('error', end)
      const at = waiting.indexOf(turn)
      if (at >= 0) waiting.splice(at, 1)
      else if (begun && !over) {
        // What scrolled away is not wanted any more.
        image.removeAttribute('src')
        end()
      }
    }
  }
}
