// A Node that has already loaded what nearly every instance loads, and waits to become one:
// for `npm run watch`, where a quarter of a second more is felt.
import { Socket } from 'node:net'
import { pathToFileURL } from 'node:url'
import 'redis'

const { source, file, env } = await order()
Object.assign(process.env, env)
process.argv[1] = source
await import(pathToFileURL(file).href)

// One line on descriptor 4. Then the pipe is closed: it must not keep the program alive.
function order(): Promise<{ source: string; file: string; env: Record<string, string> }> {
  const pipe = new Socket({ fd: 4, readable: true, writable: false })
  let text = ''
  return new Promise((resolve) => {
    pipe.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
      if (!text.endsWith('\n')) return
      pipe.destroy()
      resolve(JSON.parse(text))
    })
    // The runner has ended, and with it the reason to wait.
    pipe.on('end', () => process.exit(0))
  })
}
