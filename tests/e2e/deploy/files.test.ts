import { readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../../workshop/paths.ts'
import {
  type Image,
  type Service,
  buildImage,
  fieldsOf,
  newFolder,
  readCompose,
  textsOf,
} from './support/index.ts'

let services: Service[]
let folder: string

beforeAll(async () => {
  services = await readCompose()
  folder = await newFolder()
})

afterAll(() => rm(folder, { recursive: true, force: true }))

test('docker compose up starts the Redis of the learner, and nothing else', () => {
  const alone = services.filter(({ profiles }) => profiles.length === 0)
  expect(alone.map(({ name }) => name)).toEqual(['redis'])
  expect(alone[0]?.fields).toEqual({
    image: 'redis:7.4.6-alpine',
    command: ['redis-server', '--save', '', '--appendonly', 'no'],
    ports: ['127.0.0.1:6379:6379'],
    healthcheck: {
      test: ['CMD', 'redis-cli', 'ping'],
      interval: '1s',
      timeout: '2s',
      retries: 10,
    },
  })
})

test('--profile scale adds three containers of the chat, two of the jobs, a worker, a router', () => {
  expect(
    scaled()
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(['jobs-1', 'jobs-2', 'router', 'web-1', 'web-2', 'web-3', 'worker-1'])
})

describe('every container of the profile', () => {
  test('is started without a shell', () => {
    const first = scaled().map(({ command }) => command[0])
    expect([...new Set(first)].toSorted()).toEqual(['nginx', 'node'])
  })

  test('has a health check, or a restart policy when it has no port', () => {
    const unasked = scaled().filter(({ check }) => check === undefined)
    expect(unasked.map(({ name }) => name)).toEqual(['worker-1'])
    for (const { fields } of scaled()) expect(fields['restart']).toBe('unless-stopped')
  })

  test('is read-only, has no capabilities, and has limits', () => {
    for (const { name, fields } of scaled()) {
      expect(fields, name).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        mem_limit: expect.stringMatching(/^\d+m$/),
        cpus: expect.any(Number),
        pids_limit: expect.any(Number),
        stop_grace_period: expect.stringMatching(/^\d+s$/),
      })
    }
  })

  test('publishes ports on 127.0.0.1 only', () => {
    const ports = services.flatMap(({ fields }) => textsOf(fields['ports'] ?? []))
    expect(ports).toEqual(['127.0.0.1:6379:6379', '127.0.0.1:8080:8080', '127.0.0.1:8081:8081'])
  })

  test('waits for the services it needs', () => {
    const needs = scaled().map(({ name, fields }) => [
      name,
      Object.keys(fieldsOf(fields['depends_on'])),
    ])
    const { router, ...others } = Object.fromEntries(needs)
    expect(router).toEqual(Object.keys(others).filter((name) => name !== 'worker-1'))
    for (const [name, needed] of Object.entries(others)) expect(needed, name).toEqual(['redis'])
  })
})

describe('the image', () => {
  let image: Image

  beforeAll(async () => {
    image = await buildImage(folder)
  })

  test('runs the chat as an unprivileged user by default', () => {
    expect(image.user).toBe('1000:1000')
    expect(image.command).toEqual(['node', '09-cluster-chat/index.mjs'])
  })

  test('contains five programs with their pages, and no build tools', async () => {
    const files = await readdir(join(image.folder, image.workdir), { recursive: true })
    expect(files.toSorted()).toEqual([
      '06-worker-jobs',
      '06-worker-jobs/jobs.html',
      '06-worker-jobs/web.mjs',
      '06-worker-jobs/worker.mjs',
      '09-cluster-chat',
      '09-cluster-chat/chat.html',
      '09-cluster-chat/index.mjs',
      '11-scale-out',
      '11-scale-out/chat.html',
      '11-scale-out/index.mjs',
      '12-redis-cluster',
      '12-redis-cluster/chat.html',
      '12-redis-cluster/index.mjs',
    ])
  })

  test("can be built from the learner's steps", async () => {
    const own = await buildImage(join(folder, 'own'), { CODE: 'steps' })
    const page = 'app/09-cluster-chat/chat.html'
    expect(await readFile(join(own.folder, page), 'utf8')).toBe(
      await readFile(join(root, 'steps', '09-cluster-chat', 'chat.html'), 'utf8'),
    )
  })
})

test('the router knows every web container by its name', async () => {
  const config = await readFile(join(root, 'workshop', 'deploy', 'nginx.conf'), 'utf8')
  const names = [...config.matchAll(/server ([\w-]+):3000/g)].map(([, name]) => name)
  const waitsFor = services.find(({ name }) => name === 'router')?.fields['depends_on']
  expect(names).toEqual(Object.keys(fieldsOf(waitsFor)))
})

function scaled(): Service[] {
  return services.filter(({ profiles }) => profiles.includes('scale'))
}
