//! The places beside the spaces, each fetched when it is first wanted.

export const screens = {
  send: () => import('../send/Send.svelte'),
}
