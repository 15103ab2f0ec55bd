import { expect } from 'vitest'
import { startChat } from '../../shared/chat.ts'
import { isConnected, messages, signedIn, write } from './support/chat.ts'
import { pages } from './support/index.ts'

const hostile = '<img src=x onerror="window.attacked = 1">'

pages('10-jwt-and-history', (test) => {
  test('a reloaded page shows the conversation in order', async (fixture) => {
    const place = await startChat(fixture.testBed, 'web.1')
    const ada = await signedIn(fixture, 'ada', 'computer', place)
    const texts = ['first', hostile, 'third']
    for (const text of texts) {
      await write(ada.page, text)
      await ada.waitForText(text)
    }
    await ada.page.reload()
    await ada.press('ada')
    await isConnected(ada)
    expect(await messages(ada.page)).toEqual(texts)
    const grace = await signedIn(fixture, 'grace', 'phone', place)
    expect(await messages(grace.page)).toEqual(texts)
    expect(await grace.page.locator('#messages img').count()).toBe(0)
  })

  test('an unknown user is not signed in', async (fixture) => {
    const place = await startChat(fixture.testBed, 'web.1')
    const screen = await fixture.open('a page', place)
    screen.log.expect(/POST .*\/login answered 401|^error: Failed to load resource/)
    await screen.press('unknown user')
    await screen.waitForText('Not signed in: unknown user.')
  })
})
