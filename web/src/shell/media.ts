//! What the screen has room for.

/** Says whether a condition holds, now and whenever that changes; the answer ends it. */
export function watchMedia(condition: string, say: (holds: boolean) => void): () => void {
  const media = matchMedia(condition)
  const see = () => say(media.matches)
  see()
  media.addEventListener('change', see)
  return () => media.removeEventListener('change', see)
}
