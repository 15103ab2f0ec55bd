import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { io } from 'socket.io-client'
import { openLearnerServer } from '../../../workshop/classroom/learner-server.ts'
import type { Row } from '../../../workshop/classroom/protocol.ts'
import { Room } from '../../../workshop/classroom/room.ts'
import { steps } from '../../../workshop/course/index.ts'
import { dataPath } from '../../../workshop/paths.ts'
import { later } from '../support/on-finished.ts'

/** A loopback address; macOS has 127.0.0.1 only. */
export const host = process.platform === 'linux' ? '127.0.0.2' : '127.0.0.1'

/** The steps and diagnoses that the reports of these tests may name. */
export const ids = {
  steps: new Set((await steps()).map(({ slug }) => slug)),
  diagnoses: new Set(['s3-never-subscribes', 'unknown']),
}

/** A folder that is removed after the test. */
export function tempFolder(): string {
  const folder = dataPath('tmp', `classroom ${randomUUID()}`)
  later(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** An open room, without its board. @param port where it was before */
export async function openRoom(folder = tempFolder(), port = 0) {
  const room = await Room.open(folder)
  const server = await openLearnerServer(room, ids, { host, port })
  later(async () => {
    await server.close()
    await room.save() // after what is being written, which would be in the way of a removal
  })
  return { room, server, url: server.url, port: Number(new URL(server.url).port) }
}

/** Waits for rows of the board. @param url its printed address, with the token */
export async function waitForRows(
  url: string,
  wanted: (rows: Row[]) => boolean,
): Promise<Row[]> {
  const { origin } = new URL(url)
  const { headers } = await fetch(url, { redirect: 'manual' })
  const [cookie = ''] = headers.getSetCookie()[0]?.split(';') ?? []
  const socket = io(origin, { transports: ['websocket'], extraHeaders: { cookie, origin } })
  later(() => socket.close())
  return new Promise((resolve) => {
    const take = (rows: Row[]) => {
      if (wanted(rows)) resolve(rows)
    }
    socket.on('hello', (_info: unknown, rows: Row[]) => take(rows))
    socket.on('rows', take)
  })
}
