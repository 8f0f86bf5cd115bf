//! Where one is, as the address after `#` says: no server has to know these places.

export type Tab = 'chat' | 'files' | 'members'

export type Route =
  | { at: 'home' }
  | { at: 'space'; id: string; tab: Tab; path: string; message?: string }
  | { at: 'search'; text: string; space?: string }
  | { at: 'people' | 'connections' | 'activity' | 'settings' | 'look' | 'send' }

const tabs: Tab[] = ['chat', 'files', 'members']
const plain = ['people', 'connections', 'activity', 'settings', 'look', 'send'] as const

/** What an address means; what means nothing is home. */
export function parse(hash: string): Route {
  const [place = '', ask = ''] = hash.replace(/^#\/?/, '').split('?')
  const [first = '', id = '', tab = 'chat', ...rest] = place.split('/').map(decode)
  const query = new URLSearchParams(ask)
  if (first === 's' && id) {
    const known = tabs.find((one) => one === tab) ?? 'chat'
    const message = query.get('m')
    return { at: 'space', id, tab: known, path: rest.join('/'), ...(message ? { message } : {}) }
  }
  if (first === 'search') {
    const space = query.get('in')
    return { at: 'search', text: query.get('q') ?? '', ...(space ? { space } : {}) }
  }
  return { at: plain.find((one) => one === first) ?? 'home' }
}

/** The address of a place. */
export function href(route: Route): string {
  switch (route.at) {
    case 'home':
      return '#/'
    case 'space': {
      const path = route.path ? '/' + route.path.split('/').map(encodeURIComponent).join('/') : ''
      const tab = route.tab === 'chat' && !path ? '' : `/${route.tab}`
      return `#/s/${route.id}${tab}${path}${route.message ? `?m=${encodeURIComponent(route.message)}` : ''}`
    }
    case 'search': {
      const query = new URLSearchParams({ q: route.text, ...(route.space ? { in: route.space } : {}) })
      return `#/search?${query}`
    }
    default:
      return `#/${route.at}`
  }
}

export function space(id: string, tab: Tab = 'chat', path = '', message?: string): Route {
  return { at: 'space', id, tab, path, ...(message ? { message } : {}) }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

class Router {
  now = $state.raw<Route>(parse(location.hash))

  constructor() {
    addEventListener('hashchange', () => (this.now = parse(location.hash)))
  }

  /** Goes there; `instead`: the way back does not lead to where one is. */
  go(route: Route, instead = false): void {
    if (instead) {
      history.replaceState(null, '', href(route))
      this.now = route
    } else location.hash = href(route)
  }
}

export const router = typeof location === 'undefined' ? (undefined as unknown as Router) : new Router()
