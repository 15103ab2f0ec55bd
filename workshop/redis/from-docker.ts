import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findOnPath, root } from '../paths.ts'
import { lastLine, execProgram } from './exec.ts'
import { type RedisServer, type SearchContext, noPersistence } from './server.ts'

/** A container per Redis, where a Docker engine answers. */
export async function fromDocker(search: SearchContext): Promise<RedisServer | undefined> {
  const [docker] = findOnPath('docker', search.env)
  if (!docker) return undefined
  const problem = await unusable(docker, search)
  if (problem === undefined) return dockerServer(docker, composeImage(), search.env)
  search.problems.push(`docker: ${problem}`)
  return undefined
}

async function unusable(
  docker: string,
  { env, log }: SearchContext,
): Promise<string | undefined> {
  const ask = ['info', '--format', '{{.ServerVersion}}']
  const info = await execProgram(docker, ask, { env, timeoutMs: 4000, ownGroup: true })
  if (info.code !== 0 || info.stdout.trim() === '') return 'its engine does not answer'
  const image = composeImage()
  const known = await execProgram(docker, ['image', 'inspect', image], {
    env,
    timeoutMs: 10_000,
  })
  if (known.code === 0) return undefined
  log(`Docker: pulling ${image} (once, about 15 MB) …`)
  const pull = await execProgram(docker, ['pull', '--quiet', image], {
    env,
    timeoutMs: 300_000,
  })
  return pull.code === 0 ? undefined : `${image} cannot be pulled (${lastLine(pull.stderr)})`
}

/** The image that docker-compose.yml pins, so that there is one place to change it. */
export function composeImage(): string {
  const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8')
  const image = /^\s*image:\s*(redis:\S+)/m.exec(text)?.[1]
  if (!image) throw new Error('docker-compose.yml names no redis image')
  return image
}

/**
 * A server in a container of its own, in the foreground, so that it is a child like any other.
 *
 * @param docker the docker program, absolute
 * @param image `redis:7.4.6-alpine`
 */
export function dockerServer(
  docker: string,
  image: string,
  env: NodeJS.ProcessEnv,
): RedisServer {
  const version = /:(\d+(?:\.\d+)*)/.exec(image)?.[1] ?? 'of unknown version'
  return {
    from: 'docker',
    product: 'Redis',
    version,
    name: `redis-server ${version} (${image} in Docker)`,
    source: `${image} in Docker`,
    command(port, config) {
      const name = `redis-workshop-${randomUUID().slice(0, 8)}`
      const container = ['run', '--rm', '--name', name, '-p', `127.0.0.1:${port}:6379`, image]
      // Inside, every address is the container's own; the one port above is what leads in.
      const inside = ['--bind', '0.0.0.0', '--port', '6379', '--protected-mode', 'no']
      const args = [...container, 'redis-server', ...noPersistence, ...inside, ...config]
      // SIGTERM reaches Redis through docker; SIGKILL would end docker and leave the container.
      return { file: docker, args, env, stopSignal: 'SIGTERM' }
    },
  }
}
