//! The places beside the spaces, each fetched when it is first wanted.

export const screens = {
  activity: () => import('../activity/Activity.svelte'),
  connections: () => import('../connections/Connections.svelte'),
  people: () => import('../people/People.svelte'),
  settings: () => import('../settings/Settings.svelte'),
  send: () => import('../send/Send.svelte'),
}
