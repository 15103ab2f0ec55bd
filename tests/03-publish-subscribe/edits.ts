import { type Edit, replaceIn, writeFile } from '../../workshop/check/suite.ts'

// Wrong programs of step 3, most of them the solution with one line written differently.

/** Replaces a piece of the solution's `index.ts`. */
export function inIndex(from: string, to: string): Edit {
  return replaceIn('index.ts', from, to)
}

/** Another `index.ts`, with what the solution's uses at hand. */
export function program(text: string): Edit {
  return writeFile(
    'index.ts',
    `import { createClient } from 'redis'
import { newClient } from './client.ts'
import { announce, CHANNEL } from './instances.ts'

const url = process.env.REDIS_URL
const name = process.env.DYNO
const print = (message) => {
  const { instance, event } = JSON.parse(message)
  console.log(\`\${instance} \${event}\`)
}
${text}`,
  )
}

/** The same, from the moment on when both clients are connected. */
export function connected(text: string): Edit {
  return program(`const client = newClient()
const client2 = newClient()
await client.connect()
await client2.connect()
${text}`)
}

/** The solution, but its message is made like this. */
export function message(expression: string): Edit {
  return replaceIn('instances.ts', 'JSON.stringify(announcement)', expression)
}

/** The solution, but its handler does this with `message`. */
export function handler(body: string): Edit {
  return connected(`await client2.subscribe(CHANNEL, async (message, channel) => {
${body}
})
await announce(client, 'started')`)
}

/** The solution, but its two connections are made like this. */
export function clients(lines: string): Edit {
  return program(`${lines}
await client.connect()
await client2.connect()
await client2.subscribe(CHANNEL, print)
await announce(client, 'started')`)
}
