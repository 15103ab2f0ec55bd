import type { Locator } from 'playwright-core'
import { expect } from 'vitest'
import { processesWith, waitUntil } from '../../unit/support/processes.ts'
import { type GuideFixture, guide } from './guide-fixture.ts'
import type { PageDriver } from './support/index.ts'

const slug = '01-redis-setup'
const program = `steps/${slug}/redis-url.ts`
const scripts = `performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js')).length`

guide((test) => {
  test('an error is shown while it is typed; repaired, it is saved by the check, which passes', async (fixture) => {
    await fixture.solve(slug)
    const ada = await fixture.open('ada', `/step/${slug}`)
    const { page } = ada
    await ada.waitForText('live')
    const atFirst = await page.evaluate<number>(scripts)
    const editor = await openCode(ada)
    expect(await page.evaluate<number>(scripts)).toBeGreaterThan(atFirst)
    await typeAtEnd(ada, editor, `export const spare: number = 'one'`)
    await ada.waitForText(`Type 'string' is not assignable to type 'number'.`)
    await ada.button('1 problem').waitFor()
    await ada.waitForText('Not saved yet')
    await page.getByRole('tab', { name: 'Code (not saved)' }).waitFor()
    await fixture.looks(ada, 'code-error')
    // Hover, on the identifier.
    await editor.getByText('spare').hover()
    await ada.waitForText('const spare: number', page.locator('.cm-tooltip-hover'))
    await editor.press('Shift+Home')
    await editor.press('Backspace')
    await page.keyboard.insertText('export const spare: number = 1')
    await expect.poll(() => ada.button('1 problem').count()).toBe(0)
    await page.getByRole('tab', { name: /^Check/ }).click()
    await ada.press('Check now')
    await ada.waitForText('This step has passed.')
    expect(await fixture.read(program)).toMatch(/export const spare: number = 1$/)
    await ada.press('Compare with the solution')
    await page.getByRole('heading', { name: 'Compare with the solution' }).waitFor()
  })

  test('completion offers what TypeScript knows', async (fixture) => {
    const ada = await fixture.open('ada', `/step/${slug}`)
    const editor = await openCode(ada)
    await typeAtEnd(ada, editor, `process.`)
    await editor.pressSequentially('stdo')
    await ada.page.getByRole('option', { name: /^stdout/ }).click()
    await expect.poll(() => editor.innerText()).toMatch(/process\.stdout$/m)
  })

  test('what another program saves is shown, and never overwritten', async (fixture) => {
    await fixture.solve(slug)
    const ada = await fixture.open('ada', `/step/${slug}`)
    const { page } = ada
    const editor = await openCode(ada)
    const solution = await fixture.read(program)
    await fixture.write(program, `// from elsewhere\n${solution}`)
    await editor.getByText('// from elsewhere').waitFor()
    await typeAtEnd(ada, editor, '// mine')
    await fixture.write(program, `// from elsewhere again\n${solution}`)
    await page
      .getByRole('alert')
      .getByText('Another program has changed redis-url.ts')
      .waitFor()
    await editor.getByText('// from elsewhere again').waitFor()
    await fixture.looks(ada, 'code-conflict')
    await editor.press('Control+s')
    await ada.waitForText(/Choose in the Code tab which to keep\.$/)
    expect(await fixture.read(program)).toBe(`// from elsewhere again\n${solution}`)
    await ada.press('Keep mine, and replace the file on disk')
    await ada.waitForText(/^Saved$/)
    expect(await fixture.read(program)).toBe(`// from elsewhere\n${solution}// mine`)
    await typeAtEnd(ada, editor, '// more')
    await fixture.write(program, `// the last one\n${solution}`)
    await ada.press('Take the file on disk, and drop mine')
    await expect.poll(() => editor.innerText()).not.toContain('// more')
    await ada.waitForText(/^Saved$/)
    expect(await fixture.read(program)).toBe(`// the last one\n${solution}`)
  })

  test('the keyboard leads in and out, and a reload keeps what was typed', async (fixture) => {
    const ada = await fixture.open('ada', `/step/${slug}`)
    const { page } = ada
    let editor = await openCode(ada)
    await fixture.looks(ada, 'code')
    await editor.press('Escape')
    await page.keyboard.press('Tab')
    expect(await page.locator(':focus').innerText()).toBe('Save')
    await editor.press('Control+End')
    await page.keyboard.press('Tab')
    await page.keyboard.insertText('// indented')
    await page.reload()
    editor = page.getByRole('textbox', { name: 'redis-url.ts, the code' })
    await expect.poll(() => editor.innerText()).toContain('  // indented')
    await ada.waitForText('Not saved yet')
    expect(await fixture.read(program)).not.toContain('// indented')
    await editor.press('Control+s')
    await ada.waitForText(/^Saved$/)
    expect(await fixture.read(program)).toMatch(/\n {2}\/\/ indented$/)
    await page.getByRole('combobox', { name: 'Given files' }).selectOption('fail.ts')
    await page.getByRole('textbox', { name: 'fail.ts, the code' }).waitFor()
    await page.getByRole('tab', { name: 'fail.ts, given' }).press('ArrowLeft')
    await page.getByRole('textbox', { name: /\.ts, the code/ }).waitFor()
  })

  test('a reset and its undo are followed', async (fixture) => {
    const starter = await fixture.read(program)
    const ada = await fixture.open('ada', `/step/${slug}`)
    const editor = await openCode(ada)
    await typeAtEnd(ada, editor, '// mine')
    await ada.press('Reset this step')
    await ada.press('Reset')
    await ada.waitForText('The files are the starter again.')
    await expect.poll(() => editor.innerText()).not.toContain('// mine')
    expect(await fixture.read(program)).toBe(starter)
    await ada.press('Undo the reset')
    await editor.getByText('// mine').waitFor()
    expect(await fixture.read(program)).toBe(`${starter}// mine`)
  })

  test('one click leads from a failed check to the line that it names', async (fixture) => {
    // It ends before it does anything: the check names the first TODO.
    await fixture.write(`steps/${slug}/index.ts`, `console.log('done')\n`)
    const ada = await fixture.open('ada', `/step/${slug}`)
    const { page } = ada
    await page.getByRole('tab', { name: /^Check/ }).click()
    await ada.press('Check now')
    await page.getByRole('button', { name: 'Show redis-url.ts on this page' }).click()
    await page.locator('.cm-blamed', { hasText: 'TODO(1)' }).waitFor()
    await fixture.looks(ada, 'code-blamed')
  })

  test('TypeScript ends with the page', async (fixture) => {
    const ada = await fixture.open('ada', `/step/${slug}`)
    const editor = await openCode(ada)
    await typeAtEnd(ada, editor, `const one: number = 'one'`)
    await ada.button('1 problem').waitFor()
    expect(servers(fixture)).not.toBe(0)
    await ada.page.close()
    await waitUntil(
      () => servers(fixture) === 0,
      () => 'a language server is left',
      100,
    )
  })
})

function servers({ tag }: GuideFixture): number {
  const all = processesWith('environ', `WORKSPACE_TAG=${tag}`)
  return all.filter(({ command }) => command.includes('--lsp')).length
}

async function openCode({ page }: PageDriver): Promise<Locator> {
  await page.getByRole('tab', { name: /^Code/ }).click()
  await page.getByRole('tab', { name: /^redis-url\.ts/ }).click()
  return page.getByRole('textbox', { name: 'redis-url.ts, the code' })
}

// On the empty last line, and as a paste: no bracket or quote is closed by the editor.
async function typeAtEnd({ page }: PageDriver, editor: Locator, text: string): Promise<void> {
  await editor.press('Control+End')
  await page.keyboard.insertText(text)
}
