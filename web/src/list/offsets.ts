//! Where the rows of a list stand, of which only those near the eye were ever measured.

export class Offsets {
  /** `starts[n]` is where row n begins; one more than rows, the last is the height of all. */
  readonly starts: Float64Array

  constructor(heights: ArrayLike<number>) {
    this.starts = new Float64Array(heights.length + 1)
    for (let n = 0; n < heights.length; n++) this.starts[n + 1] = (this.starts[n] as number) + (heights[n] as number)
  }

  get rows(): number {
    return this.starts.length - 1
  }

  get total(): number {
    return this.starts[this.rows] as number
  }

  start(row: number): number {
    return this.starts[Math.max(0, Math.min(row, this.rows))] as number
  }

  /** The row at a height: the last that begins at or above it. */
  at(y: number): number {
    let [low, high] = [0, this.rows]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.starts[middle + 1] as number) <= y) low = middle + 1
      else high = middle
    }
    return Math.min(low, Math.max(0, this.rows - 1))
  }

  /** The rows to draw so that from `top` to `bottom` nothing is missing: first, and one after the last. */
  range(top: number, bottom: number): [number, number] {
    if (this.rows === 0) return [0, 0]
    return [this.at(Math.max(0, top)), Math.min(this.rows, this.at(bottom) + 1)]
  }
}
