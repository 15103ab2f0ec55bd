import type { ChatSession } from './chat-session.ts'
import { ExpectationFailed } from '../../../workshop/check/expectation.ts'
import { fieldsOf } from '../../06-worker-jobs/helpers/jobs.ts'

// What is left of devices that are gone.

const looks = 100

/** What `GET /state` says of a user's devices; nothing when it says no such thing. */
async function readCount({ stage, program }: ChatSession, user: string): Promise<unknown> {
  const { json } = await stage.httpSession().request(program, 'GET', '/state')
  return fieldsOf(json['devices'])[user]
}

/** Whether there is a `GET /state` that counts devices: nobody has to have one. */
export async function countsDevices(room: ChatSession, user: string): Promise<boolean> {
  return typeof (await readCount(room, user)) === 'number'
}

/**
 * `GET /state` counts the devices of a user that are connected, and says nothing of a user who
 * has none.
 *
 * @param after what happened before, in words
 */
export async function expectDeviceCount(
  room: ChatSession,
  user: string,
  after: string,
): Promise<void> {
  const connected = room.devicesOf(user).length || undefined
  let count: unknown
  for (let look = 0; look < looks; look++) {
    count = await readCount(room, user)
    if (count === connected) return
  }
  const { name } = room.program
  throw new ExpectationFailed(
    connected
      ? `GET /state of ${name} to count ${connected} of ${user}'s devices${after}`
      : `GET /state of ${name} not to mention ${user}${after}`,
    `it says {"${user}":${JSON.stringify(count)}}`,
    name,
  )
}
