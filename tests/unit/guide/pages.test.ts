import { rm, symlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import express from 'express'
import { describe, expect, test } from 'vitest'
import { findStep } from '../../../workshop/course/index.ts'
import { root } from '../../../workshop/paths.ts'
import { lessonHtml } from '../../../workshop/guide/lesson-html.ts'
import { parseAction } from '../../../workshop/guide/parse-action.ts'
import { pictures } from '../../../workshop/web/index.ts'
import { listen } from '../../../workshop/proxy/sockets.ts'

describe('parseAction', () => {
  test.each([
    [undefined],
    ['stop'],
    [[]],
    [{ do: 'start' }],
    [{ do: 'signal', signal: 'SIGTERM' }],
    [{ do: 'publish', channel: 'news' }],
    [{ do: 'hint', slug: '04-sigterm', level: 4 }],
    [{ do: 'open', slug: '04-sigterm', file: '' }],
    [{ do: 'constructor', slug: '04-sigterm' }],
    [{ do: 'start', slug: 'x'.repeat(500) }],
  ])('refuses %j', (request) => {
    expect(parseAction(request)).toBeUndefined()
  })

  test('replaces invalid numbers of instances by 1', () => {
    const request = { do: 'start', slug: '04-sigterm', instances: 1e9, workers: '3' }
    expect(parseAction(request)).toEqual({
      do: 'start',
      slug: '04-sigterm',
      solution: false,
      instances: 1,
      workers: 1,
    })
  })

  test('replaces any signal but SIGTERM and SIGKILL by SIGTERM', () => {
    const request = { do: 'signal', name: 'web.1', signal: 'SIGSEGV' }
    expect(parseAction(request)).toMatchObject({ signal: 'SIGTERM' })
  })
})

test('a lesson shows one hint more than was opened', async () => {
  const step = await findStep('4')
  for (const [shown, hidden] of [
    [0, 2],
    [1, 1],
    [2, 0],
    [3, 0],
  ] as const) {
    const html = lessonHtml(step, shown)
    expect(html.match(/<details class="hint" data-level="\d" hidden>/g) ?? []).toHaveLength(
      hidden,
    )
  }
})

test('a lesson shows pictures of the course only', async () => {
  const step = await findStep('8')
  const html = lessonHtml(step, 0)
  expect(html).toMatch(
    /<a class="drawing" href="\/pictures\/flow.svg"[^>]*><img src="\/pictures\/flow.svg" alt="1: an event [^"]+" data-steps="7"><\/a>/,
  )
  const text =
    '# x\n\n![a "b"](https://example.com/a.svg) ![c](../../slides/pictures/../x.svg)\n'
  const foreign = lessonHtml({ ...step, lesson: { ...step.lesson, text } }, 0)
  expect(foreign).toContain('<p>a &quot;b&quot; c</p>')
})

test('a column without a name has a plain cell as its header', async () => {
  const step = await findStep('4')
  const text = '# x\n\n| file | |\n|---|---|\n| a | b |\n'
  const html = lessonHtml({ ...step, lesson: { ...step.lesson, text } }, 0)
  expect(html).toMatch(/<th>file<\/th>\s*<td><\/td>/)
})

test('HTML in a lesson is escaped, and javascript: links are removed', async () => {
  const step = await findStep('4')
  const text = `# Step 4 · x\n\n<img src=x onerror=attack()> [a](javascript:attack())\n\n## Read\n\n<b>bold</b>\n\n\`\`\`console\n$ npm run step 4 <b>\n\`\`\`\n`
  const html = lessonHtml({ ...step, lesson: { ...step.lesson, text } }, 0)
  expect(html).not.toMatch(/<img|<b>|href="javascript/)
  expect(html).toContain('&lt;img src=x onerror=attack()&gt;')
})

test('a picture is served with a policy that allows its styles only; no other file is served', async () => {
  const server = createServer(express().use('/pictures', pictures))
  const port = await listen(server, 0)
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}/pictures/${path}`)
  const link = join(root, 'slides', 'pictures', 'passwd.svg')
  try {
    const { status, headers } = await ask('flow.svg')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('image/svg+xml')
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src/)
    for (const path of ['', 'none.svg', '..%2f..%2fpackage.json', '%'])
      expect((await ask(path)).status, path).not.toBe(200)
    await symlink('/etc/passwd', link)
    expect((await ask('passwd.svg')).status).toBe(404)
  } finally {
    await rm(link, { force: true })
    server.close()
    server.closeAllConnections()
  }
})
