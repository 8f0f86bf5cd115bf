//! How long a round trip takes, as people read it.

const exact = new Intl.NumberFormat(undefined, { style: 'unit', unit: 'millisecond', maximumFractionDigits: 1 })
const whole = new Intl.NumberFormat(undefined, { style: 'unit', unit: 'millisecond', maximumFractionDigits: 0 })

/** "0.8 ms", "42 ms" */
export function rtt(ms: number): string {
  return (ms < 10 ? exact : whole).format(ms)
}
