//! Bytes behind the names: pictures, a sound, texts, made when asked for.

import { chance } from './chance.ts'

const made = new Map<string, string>()

/** An address the page can show, or one that answers nothing. */
export function address(name: string): string {
  let url = made.get(name)
  if (!url) made.set(name, (url = make(name)))
  return url
}

function make(name: string): string {
  const kind = name.split('.').pop()?.toLowerCase() ?? ''
  if (['png', 'jpg', 'jpeg', 'webp'].includes(kind)) return picture(name)
  if (['wav', 'mp3', 'ogg', 'm4a'].includes(kind)) return URL.createObjectURL(tone())
  return URL.createObjectURL(new Blob([text(name)], { type: 'text/plain' }))
}

/** Hills under a sky, another for every name. */
function picture(name: string): string {
  const seed = [...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7)
  const roll = chance(seed)
  const canvas = document.createElement('canvas')
  const tall = roll() < 0.25
  canvas.width = tall ? 900 : 1400
  canvas.height = tall ? 1200 : 900
  const draw = canvas.getContext('2d')
  if (!draw) return ''
  const hue = Math.floor(roll() * 360)
  const sky = draw.createLinearGradient(0, 0, 0, canvas.height)
  sky.addColorStop(0, `hsl(${hue} 45% 72%)`)
  sky.addColorStop(1, `hsl(${(hue + 40) % 360} 60% 90%)`)
  draw.fillStyle = sky
  draw.fillRect(0, 0, canvas.width, canvas.height)
  draw.fillStyle = `hsl(${(hue + 45) % 360} 80% 96%)`
  draw.beginPath()
  draw.arc(canvas.width * (0.2 + roll() * 0.6), canvas.height * 0.3, 60, 0, 7)
  draw.fill()
  for (let hill = 0; hill < 5; hill++) {
    draw.fillStyle = `hsl(${(hue + 120 + hill * 12) % 360} ${24 + hill * 5}% ${62 - hill * 10}%)`
    draw.beginPath()
    draw.moveTo(0, canvas.height)
    const [one, other, phase] = [roll() * 3 + 1, roll() * 7 + 2, roll() * 7]
    for (let x = 0; x <= canvas.width; x += 10) {
      const t = x / canvas.width
      const wave = Math.sin(t * one * 3 + phase) * 60 + Math.sin(t * other * 3 + phase * 2) * 22
      draw.lineTo(x, canvas.height * (0.5 + hill * 0.11) + wave)
    }
    draw.lineTo(canvas.width, canvas.height)
    draw.fill()
  }
  return canvas.toDataURL('image/jpeg', 0.8)
}

/** Two quiet seconds of a fifth. */
function tone(): Blob {
  const [rate, seconds] = [8000, 2]
  const bytes = new DataView(new ArrayBuffer(44 + rate * seconds))
  const word = (at: number, letters: string) => [...letters].forEach((l, n) => bytes.setUint8(at + n, l.charCodeAt(0)))
  word(0, 'RIFF')
  bytes.setUint32(4, 36 + rate * seconds, true)
  word(8, 'WAVEfmt ')
  bytes.setUint32(16, 16, true)
  bytes.setUint16(20, 1, true)
  bytes.setUint16(22, 1, true)
  bytes.setUint32(24, rate, true)
  bytes.setUint32(28, rate, true)
  bytes.setUint16(32, 1, true)
  bytes.setUint16(34, 8, true)
  word(36, 'data')
  bytes.setUint32(40, rate * seconds, true)
  for (let n = 0; n < rate * seconds; n++) {
    const t = n / rate
    bytes.setUint8(44 + n, 128 + 30 * Math.sin(2763 * t) * Math.exp(-t) + 20 * Math.sin(4147 * t) * Math.exp(-t))
  }
  return new Blob([bytes], { type: 'audio/wav' })
}

function text(name: string): string {
  return [
    `# ${name}`,
    '',
    'Wind from the south-west, 12 knots at noon, dropping towards evening.',
    'The long line runs out at 140 metres; beyond that the knot at the reel slips.',
    '',
    '- check the bridle before every flight',
    '- never alone above the trees',
    '- the spare spar is in the green tube',
    '',
    'Next time: bring the second reel, and somebody who can whistle.',
  ].join('\n')
}
