import { stopAllSessions } from '../session/index.ts'

/** `npm run stop`: ends everything this clone of the workshop has running. */
export async function run(): Promise<number> {
  const stopped = await stopAllSessions()
  if (!stopped) {
    console.log('Nothing is running')
    return 0
  }
  for (const runner of stopped.runners) console.log(`Stopped ${runner}`)
  if (stopped.redis) console.log(`Stopped ${stopped.redis}`)
  return 0
}
