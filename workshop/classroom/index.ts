// The classroom: a board for the instructor, and what learners' machines report to it.
import { join } from 'node:path'
import { loadCheck } from '../check/check-runner.ts'
import { steps } from '../course/index.ts'
import { dataPath, root } from '../paths.ts'
import { buildAssets } from '../web/index.ts'
import { openBoard } from './board-server.ts'
import { hasKit, kitFile, kitName } from './kit.ts'
import { openLearnerServer } from './learner-server.ts'
import type { BoardInfo } from './protocol.ts'
import { Room, removeRoom } from './room.ts'

/** Where the instructor's machine keeps the room. */
const roomFolder = dataPath('classroom', 'room')

/** A classroom that is open. */
export interface Classroom {
  /** What a learner types. */
  joinLine: string
  /** What a laptop without the workshop types; undefined when no kit was made. */
  kitLine: string | undefined
  /** The board, with the token that lets a browser in. */
  board: string
  /** How many learners it knows from before. */
  learners: number
  close(): Promise<void>
}

/**
 * Opens the room that is kept, or a new one.
 *
 * @param place the address of this machine at which laptops reach it
 * @param isNew whether the room that is kept is removed
 * @throws the system's error when it cannot listen there
 */
export async function openClassroom(
  place: { host: string; port: number },
  isNew: boolean,
): Promise<Classroom> {
  const [room, course, assets] = await Promise.all([
    isNew ? Room.create(roomFolder) : Room.open(roomFolder),
    describeCourse(),
    buildAssets(pageFiles),
  ])
  const ids = {
    steps: new Set(course.steps.map(({ slug }) => slug)),
    diagnoses: new Set(Object.keys(course.diagnoses)),
  }
  const learners = await openLearnerServer(room, ids, place)
  // Not before: another terminal may have the port, and that room.
  if (isNew) await removeRoom(roomFolder)
  await room.save()
  const joinLine = `npm run join ${learners.url} ${room.code}`
  const kitLine = hasKit()
    ? `curl ${learners.url}/${kitFile} | tar -xz && cd ${kitName}`
    : undefined
  const board = await openBoard(room, { joinLine, kitLine, ...course }, assets)
  room.onChange = board.update
  const close = async () => {
    await Promise.all([learners.close(), board.close()])
    await room.save()
  }
  return { joinLine, kitLine, board: board.url, learners: room.rows.length, close }
}

const client = join(root, 'workshop', 'classroom', 'client')
const pageFiles = [
  { in: join(client, 'main.tsx'), out: 'board' },
  { in: join(client, 'board.css'), out: 'board' },
]

async function describeCourse(): Promise<Pick<BoardInfo, 'steps' | 'diagnoses'>> {
  const all = await steps()
  const diagnoses: BoardInfo['diagnoses'] = { unknown: { name: 'cause unknown' } }
  for (const { slug } of all) {
    // A learner can have added a step that has no check.
    const check = await loadCheck(slug, 0).catch(() => undefined)
    for (const { id, likely } of check?.suspects ?? []) {
      // `s3-never-subscribes`
      const name = id.replace(/^s\d+-/, '').replaceAll('-', ' ')
      diagnoses[id] = { name, ...(typeof likely === 'string' && { likely }) }
    }
  }
  return {
    steps: all.map(({ slug, number, title, lesson }) => {
      return { slug, number, title, goals: lesson.goals }
    }),
    diagnoses,
  }
}
