//! The peer this page belongs to.

import type { Api } from './client.ts'
import { real } from './real.ts'

export const api: Api = import.meta.env.MODE === 'mock' ? (await import('./mock/index.ts')).mock() : real()
