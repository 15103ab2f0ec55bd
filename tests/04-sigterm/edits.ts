import { type Edit, replaceIn, writeFile } from '../../workshop/check/suite.ts'

// Wrong programs for step 4: most of them another shutdown.

/** Another `index.ts`; it announces itself at the end. */
export function program(text: string): Edit {
  return writeFile(
    'index.ts',
    `import { newClient } from './client.ts'
import { announce, CHANNEL } from './instances.ts'
import { parseAnnouncement } from './parse-announcement.ts'

const name = process.env.DYNO
const client = newClient()
const client2 = newClient()
const publish = (event) => client.publish(CHANNEL, JSON.stringify({ instance: name, event }))
let handle = (message) => {
  const announcement = parseAnnouncement(message)
  if (announcement) console.log(\`\${announcement.instance} \${announcement.event}\`)
  else console.warn('ignored:', message)
}
await client.connect()
await client2.connect()
await client2.subscribe(CHANNEL, (message) => handle(message))
${text}
await announce(client, 'started')`,
  )
}

/** The solution's instance, with this in its listener for SIGTERM. */
export function onSigterm(body: string): Edit {
  return program(`let shuttingDown = false
process.on('SIGTERM', async () => {
  if (shuttingDown) return
  shuttingDown = true
${body}
})`)
}

/** The solution, but reading messages in this way. */
export function reading(body: string): Edit {
  return writeFile(
    'parse-announcement.ts',
    `export function parseAnnouncement(message) {\n${body}\n}`,
  )
}

/** Replaces a piece of the solution's `index.ts`. */
export function inIndex(from: string, to: string): Edit {
  return replaceIn('index.ts', from, to)
}
