import { stopEverything } from '../supervisor/run/index.ts'

/** `npm run stop`: ends everything this clone of the workshop has running. */
export async function run(): Promise<number> {
  const stopped = await stopEverything()
  if (!stopped) {
    console.log('Nothing is running')
    return 0
  }
  for (const runner of stopped.runners) console.log(`Stopped ${runner}`)
  if (stopped.redis) console.log(`Stopped ${stopped.redis}`)
  return 0
}
