//! What can be shown in the page, by a name's ending. The peer looks at the bytes and has the last word.

export type Shown = 'image' | 'audio' | 'video' | 'text'

const endings: Record<Shown, string> = {
  image: 'png jpg jpeg gif webp avif',
  audio: 'mp3 ogg oga opus wav m4a',
  video: 'mp4 webm m4v',
  text: 'txt md csv tsv log json toml yaml yml xml ini conf css js ts jsx tsx rs py c h cpp go java rb sh sql tex svg html',
}

const kinds = new Map(
  Object.entries(endings).flatMap(([kind, list]) => list.split(' ').map((ending) => [ending, kind as Shown])),
)

export function ending(name: string): string {
  const at = name.lastIndexOf('.')
  return at > 0 ? name.slice(at + 1).toLowerCase() : ''
}

/** How it would be shown; `undefined`: not at all. */
export function kindOf(name: string): Shown | undefined {
  return kinds.get(ending(name))
}
