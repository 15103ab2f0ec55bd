import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { io } from 'socket.io-client'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findStep } from '../../../workshop/course/index.ts'
import { isPageMessage } from '../../../workshop/guide/language-server.ts'
import { readStepFiles, saveStepFile } from '../../../workshop/guide/step-files.ts'
import { processesWith, waitUntil } from '../support/processes.ts'
import { WorkspaceFixture } from '../support/workspace-fixture.ts'

const slug = '91-visits'

/** A course of one step, in a folder of its own. */
async function course(files: Record<string, string>) {
  const root = await mkdtemp(join(tmpdir(), 'editor-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const folder = join(root, 'steps', slug)
  const all = { 'README.md': '# Visits\n', [`../../solutions/${slug}/index.ts`]: '', ...files }
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  const step = await findStep(slug, root)
  return { folder, step, read: (name: string) => readFile(join(folder, name), 'utf8') }
}

async function versionOf(step: Awaited<ReturnType<typeof course>>['step'], name: string) {
  const file = (await readStepFiles(step)).find((one) => one.name === name)
  return file?.version ?? ''
}

describe('the files of a step', () => {
  test('a save that is based on what is on disk replaces it', async () => {
    const { step, read } = await course({ 'index.ts': 'one\n' })
    const first = await versionOf(step, 'index.ts')
    const saved = await saveStepFile(step, 'index.ts', 'two\n', first)
    expect(saved).toMatchObject({ conflict: false, file: { name: 'index.ts', text: 'two\n' } })
    expect(saved.file.version).toBe(await versionOf(step, 'index.ts'))
    expect(await read('index.ts')).toBe('two\n')
  })

  test('what another program saved meanwhile stays, and is returned', async () => {
    const { step, read, folder } = await course({ 'index.ts': 'one\n' })
    const first = await versionOf(step, 'index.ts')
    await writeFile(join(folder, 'index.ts'), 'theirs\n')
    const saved = await saveStepFile(step, 'index.ts', 'mine\n', first)
    expect(saved).toMatchObject({ conflict: true, file: { text: 'theirs\n' } })
    expect(await read('index.ts')).toBe('theirs\n')
  })

  test('of two saves at once, one is a conflict', async () => {
    const { step } = await course({ 'index.ts': 'one\n' })
    const first = await versionOf(step, 'index.ts')
    const saves = ['a', 'b'].map((text) => saveStepFile(step, 'index.ts', text, first))
    const conflicts = (await Promise.all(saves)).map(({ conflict }) => conflict)
    expect(conflicts).toEqual([false, true])
  })

  test('line ends stay as they are on disk', async () => {
    const { step, read } = await course({ 'index.ts': 'one\r\ntwo\r\n' })
    const first = await versionOf(step, 'index.ts')
    await saveStepFile(step, 'index.ts', 'one\nthree\n', first)
    expect(await read('index.ts')).toBe('one\r\nthree\r\n')
  })

  test('links, long files, and what is no text, are left out', async () => {
    const { step, folder, read } = await course({
      'index.ts': '',
      '../../outside.ts': 'secret\n',
      '../../lib/outside.ts': 'secret\n',
      'long.ts': ' '.repeat(60_001),
    })
    await writeFile(join(folder, 'bytes.ts'), Buffer.from([0xff, 0xfe]))
    await symlink('../../outside.ts', join(folder, 'link.ts'))
    await symlink('../../lib', join(folder, 'lib'))
    expect((await readStepFiles(step)).map(({ name }) => name)).toEqual(['index.ts'])
    const outside = ['link.ts', 'lib/outside.ts', '../../outside.ts', join(folder, 'index.ts')]
    for (const name of [...outside, 'README.md', 'new.ts', 'bytes.ts', 'long.ts', '']) {
      const saving = saveStepFile(step, name, 'changed', 'any')
      await expect(saving, name).rejects.toThrow(/^There is no .* to be saved$/)
    }
    expect(await read('../../outside.ts')).toBe('secret\n')
    const long = saveStepFile(step, 'index.ts', 'ä'.repeat(30_001), 'any')
    await expect(long).rejects.toThrow('index.ts is longer than 60 kB')
  })
})

const hover = (uri: unknown) => ({
  method: 'textDocument/hover',
  params: { textDocument: { uri } },
})

describe('what TypeScript is asked by a page', () => {
  const folder = 'file:///work/steps/91-visits'
  test.each([
    { method: 'initialize', params: {} },
    { method: 'initialized', params: {} },
    { method: 'completionItem/resolve', params: { label: 'a' } },
    hover(`${folder}/index.ts`),
  ])('%j is sent on', (message) => {
    expect(isPageMessage(message, folder)).toBe(true)
  })

  test.each([
    null,
    'initialize',
    {},
    { method: 'workspace/executeCommand', params: {} },
    { method: 'textDocument/hover', params: null },
    hover(undefined),
    hover('file:///etc/passwd'),
    hover(`${folder}-2/index.ts`),
    hover(`${folder}/../92-other/index.ts`),
    hover(`${folder}/%2e%2e/92-other/index.ts`),
  ])('%j is not', (message) => {
    expect(isPageMessage(message, folder)).toBe(false)
  })
})

async function startedServer() {
  const clone = await WorkspaceFixture.create({ [slug]: '' }, onTestFinished)
  const terminal = clone.launch('start', 'guide')
  const printed = await terminal.waitForOutput(/The guide is at (\S+)/)
  const { headers } = await fetch(printed, { redirect: 'manual' })
  const cookie = headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const { origin } = new URL(printed)
  const extraHeaders = { origin, cookie }
  const socket = io(origin, { transports: ['websocket'], extraHeaders, reconnection: false })
  onTestFinished(() => void socket.close())
  const answered = new Promise((resolve) => socket.once('lsp', resolve))
  socket.once('files', () => {
    const params = { processId: null, rootUri: null, capabilities: {} }
    socket.emit('lsp', { jsonrpc: '2.0', id: 1, method: 'initialize', params })
  })
  socket.emit('edit', slug)
  expect(await answered).toMatchObject({ id: 1, result: { capabilities: {} } })
  const servers = () => {
    const all = processesWith('environ', `WORKSPACE_TAG=${clone.tag}`)
    return all.filter(({ command }) => command.includes('--lsp')).length
  }
  expect(servers()).toBeGreaterThan(0)
  return { clone, terminal, socket, servers }
}

describe('the language server', () => {
  test('ends with the page that asked for it', async () => {
    const { socket, servers } = await startedServer()
    socket.close()
    await waitUntil(
      () => servers() === 0,
      () => 'a language server is left',
    )
  })

  test('ends with the guide, also when that is killed', async () => {
    const { clone, terminal } = await startedServer()
    terminal.signal('SIGKILL')
    await terminal.exited
    await clone.expectNothingRuns()
  })
})
