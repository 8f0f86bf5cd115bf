//! The page's own packages, used here as well, so that there is one list of them.
import { createRequire } from 'node:module'

export const fromWeb = createRequire(new URL('../../web/package.json', import.meta.url))
