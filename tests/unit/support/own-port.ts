import { reservePort } from '../../../workshop/check/ports.ts'
import { later } from './on-finished.ts'

/** A port that no other process gets until the test has ended, also while nothing listens on it. */
export async function ownPort(): Promise<number> {
  const { port, release } = await reservePort()
  later(release)
  return port
}
