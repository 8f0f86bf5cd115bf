//! What a member who means harm would send.
import { crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'

export const run = 'globalThis.harmed=1'
export const tag = `<img src=x onerror="${run}"><script>${run}</script>`
const elsewhere = 'https://harm.example'

const number = (value) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** A picture of so many pixels a side, all of them black, in few bytes. */
function picture(side) {
  const part = (name, body) => {
    const named = Buffer.concat([Buffer.from(name), body])
    return Buffer.concat([number(body.length), named, number(crc32(named))])
  }
  const head = Buffer.concat([number(side), number(side), Buffer.from([1, 0, 0, 0, 0])])
  const rows = Buffer.alloc(side * (1 + Math.ceil(side / 8)))
  const magic = Buffer.from('89504e470d0a1a0a', 'hex')
  return Buffer.concat([magic, part('IHDR', head), part('IDAT', deflateSync(rows)), part('IEND', Buffer.alloc(0))])
}

/** A zip with one file that becomes a thousand times as long. */
function bomb() {
  const [name, plain] = [Buffer.from('zeros'), Buffer.alloc(64 << 20)]
  const packed = deflateRawSync(plain)
  const about = Buffer.alloc(22)
  about.writeUInt16LE(8, 4)
  about.writeUInt32LE(crc32(plain), 10)
  about.writeUInt32LE(packed.length, 14)
  about.writeUInt32LE(plain.length, 18)
  const sizes = Buffer.from([name.length, 0, 0, 0])
  const local = Buffer.concat([Buffer.from('PK\x03\x04\x14\0'), about.subarray(2), sizes.subarray(0, 4), name, packed])
  return local
}

const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="${run}"><script>${run}</script><image href="${elsewhere}/x.png"/><foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="javascript:${run}"/></foreignObject></svg>`
const html = `<!doctype html><meta http-equiv="refresh" content="0;url=${elsewhere}"><script>${run}</script><img src="${elsewhere}/y.png">`

/** Files, by their names. */
export const files = {
  'drawing.svg': svg,
  'drawing.png': svg,
  'page.html': html,
  'page.png': html,
  'page.txt': `\ufeff${html}`,
  'film.mp4': html,
  'sound.mp3': html,
  'paper.pdf': Buffer.from(`%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</OpenAction<</S/JavaScript/JS(${run})>>>>endobj`, 'latin1'),
  'both.png': Buffer.concat([picture(1), Buffer.from(html)]),
  'huge.png': picture(30_000),
  'bomb.gz': gzipSync(Buffer.alloc(64 << 20)),
  'bomb.zip': bomb(),
  'bomb.png': gzipSync(Buffer.alloc(64 << 20)),
  'line.txt': 'a'.repeat(4 << 20),
  'words.txt': 'many words '.repeat(400_000),
  'marks.txt': 'Z' + '\u0300'.repeat(500_000),
  'turns.txt': '\u202e\u2067\u2066 turned '.repeat(40_000),
  'style.css': `@import "${elsewhere}/x.css"; body { background: url(${elsewhere}/y) }`,
  'book.csv': `=HYPERLINK("${elsewhere}")`,
  '\u202egnp.exe': 'x',
  [`${tag.replaceAll('/', '\u2215')}.txt`]: 'a name that is markup',
  ['Z' + '\u0300'.repeat(120) + '.txt']: 'a name of marks',
}

/** Messages, none longer than a message may be. */
export const texts = [
  tag,
  `[click](javascript:${run}) javascript:${run} data:text/html,<script>${run}</script> JaVaScRiPt:${run} vbscript:x blob:x`,
  `https://x" onmouseover="${run} https://x'><svg/onload=${run}>`,
  '\u202ekcab eht no\u202c \u2066\u2066\u2066 \u2067 and on',
  'Z' + '\u0300'.repeat(8_000),
  `${elsewhere}/` + 'a'.repeat(15_000),
  'http://a/' + ')'.repeat(16_000),
  'http://a/' + '('.repeat(8_000) + ')'.repeat(8_000),
  'x'.repeat(16_000),
  `high${'\n'.repeat(16_000)}end`,
  '`'.repeat(16_000),
  '```\n'.repeat(4_000),
  '@'.repeat(16_000),
  '👩‍👩‍👧‍👦'.repeat(600),
  '\ufdfd'.repeat(5_000),
  'א '.repeat(4_000),
  '{{7*7}} ${7*7} {@html "<b>"} <%= 7 %> %s %n \\u003cscript\\u003e',
  'constructor __proto__ toString hasOwnProperty',
]
