import { openSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { root } from '../../../../workshop/paths.ts'
import type { Endpoint } from '../../../../workshop/check/http.ts'
import type { Service } from './compose.ts'
import { retryUntil } from './retry-until.ts'
import { Process } from './process.ts'

/** An nginx that runs. */
export interface Router {
  process: Process
  /** What listens on 8080 and 8081 in the container. */
  chat: Endpoint
  jobs: Endpoint
  /** Runs the container's health check once. @returns whether it passed */
  check: () => Promise<boolean>
}

/** What it needs. */
export interface RouterOptions {
  service: Service
  /** In place of /tmp. */
  folder: string
  /** A free port. */
  port: () => Promise<string>
  /** Where a container listens, or would. */
  portOf: (name: string) => Promise<number>
  /** In place of `listen PORT;`. */
  tls?: (port: string) => string
}

/** The ports of this machine by those of the container. */
type Ports = Record<string, string>

/** Starts a real nginx with the router's command and its configuration. */
export async function openRouter(options: RouterOptions): Promise<Router> {
  const { service, folder, tls } = options
  await mkdir(folder, { recursive: true })
  const [chat, jobs] = [await options.port(), await options.port()]
  const written = await readFile(join(root, 'workshop', 'deploy', 'nginx.conf'), 'utf8')
  const config = join(folder, 'nginx.conf')
  await writeFile(config, await adapt(written, { '8080': chat, '8081': jobs }, options))
  // A file, because nginx opens /dev/stdout by its name, and Node's pipes have none.
  const log = openSync(join(folder, 'access.log'), 'a')
  const process = await Process.start({
    name: service.name,
    command: service.command.map((word) => translate(word, folder, config)),
    cwd: folder,
    env: {},
    stdout: log,
  })
  await Promise.all([chat, jobs].map((port) => listening(process, Number(port))))
  const scheme = tls ? 'https' : 'http'
  const place = (port: string) => ({ name: 'the router', url: `${scheme}://127.0.0.1:${port}` })
  const asked = (service.check ?? []).map((word) => word.replace(':8080/', `:${chat}/`))
  const check = async () => (await process.execute(asked)) === 0
  return { process, chat: place(chat), jobs: place(jobs), check }
}

function translate(word: string, folder: string, config: string): string {
  if (word === 'nginx') return process.env['WORKSHOP_NGINX'] ?? word
  if (word === '/tmp/') return `${folder}/`
  return word === '/etc/nginx/nginx.conf' ? config : word
}

// Only addresses change. `resolve` asks Docker's name server, and needs an nginx from 1.27.3 on.
async function adapt(text: string, ports: Ports, options: RouterOptions): Promise<string> {
  const { portOf, tls } = options
  const moved = text.replaceAll(/listen (\d+);/g, (_, inside: string) => {
    const port = ports[inside] ?? ''
    return tls ? tls(port) : `listen 127.0.0.1:${port};`
  })
  const pieces = moved.split(/server ([\w-]+):3000 resolve/)
  for (let at = 1; at < pieces.length; at += 2) {
    pieces[at] = `server 127.0.0.1:${await portOf(pieces[at] ?? '')}`
  }
  return pieces.join('')
}

async function listening(router: Process, port: number): Promise<void> {
  const what = () => `nginx to listen on ${port}; it has printed:\n${router.printed}`
  await retryUntil(what, async () => {
    router.mustLive('it was to listen')
    return (await opens(port)) || undefined
  })
}

function opens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.once('error', () => resolve(false)).once('connect', () => socket.destroy())
  })
}
