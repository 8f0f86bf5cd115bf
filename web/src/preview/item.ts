/** Something to look at in full. */
export interface Item {
  name: string
  /** Bytes. */
  size: number
  /** Where it can be looked at. */
  preview: string
  /** Where all of it is. */
  whole: string
  /** Puts it into a folder of this computer. */
  keep?: () => void
}
