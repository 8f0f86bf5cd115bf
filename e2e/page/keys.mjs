//! A keyboard, and nothing else: how one gets about the page without a pointer.
import assert from 'node:assert/strict'

/** Further than this nobody walks by Tab. */
const farthest = 60

export class Keys {
  constructor(page) {
    this.page = page
  }

  /** Counts what a pointer would do, from the next load on and now. */
  async watch() {
    const count = () => {
      globalThis.pointers ??= 0
      for (const type of ['pointerdown', 'mousedown', 'touchstart'])
        addEventListener(type, (event) => (globalThis.pointers += event.isTrusted ? 1 : 0), { capture: true })
    }
    await this.page.addInitScript(count)
    await this.page.evaluate(count)
  }

  /** How often a pointer was used since the last load. */
  pointers() {
    return this.page.evaluate(() => globalThis.pointers)
  }

  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key)
  }

  type(text) {
    return this.page.keyboard.type(text)
  }

  /** Whether one of these has the focus. */
  async on(locator) {
    return locator.evaluateAll((all) => all.includes(document.activeElement))
  }

  /** Walks by Tab until one of these has the focus. */
  async to(locator, key = 'Tab') {
    await locator.first().waitFor()
    const passed = []
    for (let n = 0; n < farthest; n++) {
      if (await this.on(locator)) return this.seen()
      passed.push(await this.page.evaluate(() => document.activeElement?.outerHTML.slice(0, 60)))
      await this.press(key)
    }
    assert.fail(`${locator} is not reached by ${key}; passed:\n${passed.join('\n')}`)
  }

  /** What has the focus can be seen, and that it has it as well. */
  async seen() {
    const [shown, marked] = await this.page.evaluate(() => {
      const one = document.activeElement
      const box = one.getBoundingClientRect()
      const style = getComputedStyle(one)
      const ring = (at) => at.outlineStyle !== 'none' || at.boxShadow !== 'none'
      // A field may leave it to the box around it.
      const around = [one, one.parentElement, one.parentElement?.parentElement].some((at) => at && ring(getComputedStyle(at)))
      return [box.width > 0 && box.bottom > 0 && box.top < innerHeight && style.visibility !== 'hidden', around]
    })
    const what = await this.page.evaluate(() => document.activeElement.outerHTML.slice(0, 120))
    assert.ok(shown, `what has the focus is in sight: ${what}`)
    assert.ok(marked, `what has the focus shows it: ${what}`)
  }

  /** Walks there and presses Enter. */
  async go(locator, key) {
    await this.to(locator, key)
    await this.press('Enter')
  }

  /**
   * Walks there, presses Enter, and is asked for files. The page's field for them is in no document: where it is gone before
   * the driver has looked at it, the driver says nothing of it, and one presses again.
   */
  async files(locator) {
    for (let n = 0; n < 3; n++) {
      await this.to(locator)
      const asked = this.page.waitForEvent('filechooser', { timeout: 5000 }).catch(() => undefined)
      await this.press('Enter')
      const chooser = await asked
      if (chooser) return chooser
    }
    assert.fail(`${locator} does not ask for files`)
  }

  /** Chooses from the menu that is open. */
  async choose(name) {
    const item = this.page.getByRole('menuitem', { name })
    await item.waitFor()
    await this.to(item, 'ArrowDown')
    await this.press('Enter')
  }
}
