import type { Api } from '../client.ts'
export async function mock(): Promise<Api> {
  throw new Error('later')
}
