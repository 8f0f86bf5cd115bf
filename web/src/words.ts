//! Every word the page says, in one place, ready for another language. Look at the page for what stands around them.

export const words = {
  product: 'Peerage',
} as const
