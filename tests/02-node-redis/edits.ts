import { type Edit, writeFile } from '../../workshop/check/suite.ts'

// Wrong programs of step 2 that are not the solution with one line written differently.

/** The pieces of a program in one file, by an author who is new to the redis package. */
interface Pieces {
  /** Makes `url`. */
  read?: string
  /** Makes `client`. */
  create?: string
  /** What the program listens to. */
  listen?: string
  /** Connects, and prints it. */
  start?: string
}

const usual = {
  read: `
    const text = process.env.REDIS_URL || process.env.REDISCLOUD_URL || process.env.REDISTOGO_URL
    const url = new URL(text ?? '')
    const { hostname: host, port } = url`,
  create: 'const client = createClient({ url: url.href })',
  listen: `
    let [ready, lost] = [false, false]
    client.on('error', (error) => {
      if (!lost) console.log(ready ? 'connection lost:' : 'no connection:', error.message)
      lost = true
    })
    client.on('ready', () => {
      if (ready && lost) console.log('reconnected')
      ;[ready, lost] = [true, false]
    })`,
  start: `
    await client.connect()
    await client.ping()
    console.log(\`connected to \${host}:\${port}\`)`,
}

/** A whole program in one file, right but for the pieces that are given. */
export function aClient(pieces: Pieces = {}): Edit {
  const { read, create, listen, start } = { ...usual, ...pieces }
  return writeFile(
    'index.ts',
    ["import { createClient } from 'redis'", read, create, listen, start].join('\n'),
  )
}
