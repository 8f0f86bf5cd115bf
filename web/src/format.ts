//! Dates, sizes and numbers as the reader's locale writes them.

const locale = undefined

const number = new Intl.NumberFormat(locale)
const percentage = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })
const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'short' })
const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' })
const withYear = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
const shortDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' })
const shortYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' })
const dayName = new Intl.DateTimeFormat(locale, { weekday: 'short' })
const whole = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' })
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
const list = new Intl.ListFormat(locale, { type: 'conjunction' })

const day = 86_400_000

export function count(n: number): string {
  return number.format(n)
}

export function percent(share: number): string {
  return percentage.format(share)
}

/** "Mira, Jonas and Léa". */
export function and(parts: string[]): string {
  return list.format(parts)
}

/** Midnight before a moment, of the reader's day. */
export function dayOf(time: string | Date): number {
  return new Date(time).setHours(0, 0, 0, 0)
}

/** "14:05" */
export function time(at: string | Date): string {
  return clock.format(new Date(at))
}

/** "Today", "Yesterday", "Monday, 3 November", with the year if it is another one. */
export function dayTitle(at: string | Date, now = new Date()): string {
  const apart = Math.round((dayOf(at) - dayOf(now)) / day)
  if (apart === 0 || apart === -1) return upper(relative.format(apart, 'day'))
  const date = new Date(at)
  return (date.getFullYear() === now.getFullYear() ? weekday : withYear).format(date)
}

/** For lists: the time today, the weekday this week, else the date. */
export function brief(at: string | Date, now = new Date()): string {
  const date = new Date(at)
  const apart = (dayOf(now) - dayOf(date)) / day
  if (apart < 0.5) return clock.format(date)
  if (apart < 6.5) return dayName.format(date)
  return (date.getFullYear() === now.getFullYear() ? shortDay : shortYear).format(date)
}

/** Everything about a moment. */
export function moment(at: string | Date): string {
  return whole.format(new Date(at))
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * day],
  ['month', 30 * day],
  ['day', day],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** "3 days ago", "in 2 hours", "now". */
export function ago(at: string | Date, now = new Date()): string {
  const apart = new Date(at).getTime() - now.getTime()
  for (const [unit, ms] of steps) {
    if (Math.abs(apart) >= ms) return relative.format(Math.trunc(apart / ms), unit)
  }
  return relative.format(0, 'second')
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** "3.8 MB": powers of a thousand, as disks are sold and systems show. */
export function size(bytes: number): string {
  let unit = 0
  while (bytes >= 999.5 && unit < units.length - 1) {
    bytes /= 1000
    unit++
  }
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[unit] as string,
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: unit === 0 || bytes >= 99.5 ? 0 : 1,
  }).format(bytes)
}

/** "6.2 MB/s" */
export function rate(bytesPerSecond: number): string {
  return `${size(bytesPerSecond)}/s`
}

/** "2 min", "45 s", "3 h": how long something still takes. */
export function span(seconds: number): string {
  const [value, unit] =
    seconds < 60 ? [seconds, 'second'] : seconds < 3600 ? [seconds / 60, 'minute'] : [seconds / 3600, 'hour']
  const whole = Math.max(1, Math.round(value as number))
  return new Intl.NumberFormat(locale, { style: 'unit', unit: unit as string, unitDisplay: 'short' }).format(whole)
}

function upper(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1)
}
