import type { Room } from './chat-room.ts'
import { NotYet } from './failure.ts'
import { fields } from './jobs.ts'

// What is left of devices that are gone.

const looks = 100

/** What `GET /state` says of a user's devices; nothing when it says no such thing. */
async function counted({ stage, program }: Room, user: string): Promise<unknown> {
  const { json } = await stage.browser().visit(program, 'GET', '/state')
  return fields(json['devices'])[user]
}

/** Whether there is a `GET /state` that counts devices: nobody has to have one. */
export async function countsDevices(room: Room, user: string): Promise<boolean> {
  return typeof (await counted(room, user)) === 'number'
}

/**
 * `GET /state` counts the devices of a user that are connected, and says nothing of a user who
 * has none.
 *
 * @param after what happened before, in words
 */
export async function countsRight(room: Room, user: string, after: string): Promise<void> {
  const connected = room.of(user).length || undefined
  let count: unknown
  for (let look = 0; look < looks; look++) {
    count = await counted(room, user)
    if (count === connected) return
  }
  const { name } = room.program
  throw new NotYet(
    connected
      ? `GET /state of ${name} to count ${connected} of ${user}'s devices${after}`
      : `GET /state of ${name} not to mention ${user}${after}`,
    `it says {"${user}":${JSON.stringify(count)}}`,
    name,
  )
}
