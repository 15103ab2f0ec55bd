import { expect } from 'vitest'
import { startChat } from '../../shared/chat.ts'
import { isConnected, messages, signedIn, write } from './support/chat.ts'
import { pages } from './support/index.ts'

const hostile = '<img src=x onerror="window.hurt = 1">'

pages('10-jwt-and-history', (test) => {
  test('a page that is loaded again shows the conversation, in order', async (scene) => {
    const place = await startChat(scene.stage, 'web.1')
    const ada = await signedIn(scene, 'ada', 'computer', place)
    const texts = ['first', hostile, 'third']
    for (const text of texts) {
      await write(ada.page, text)
      await ada.waitForText(text)
    }
    await ada.page.reload()
    await ada.press('ada')
    await isConnected(ada)
    expect(await messages(ada.page)).toEqual(texts)
    const grace = await signedIn(scene, 'grace', 'phone', place)
    expect(await messages(grace.page)).toEqual(texts)
    expect(await grace.page.locator('#messages img').count()).toBe(0)
  })

  test('an unknown user is not signed in', async (scene) => {
    const place = await startChat(scene.stage, 'web.1')
    const screen = await scene.open('a page', place)
    screen.log.expect(/POST .*\/login answered 401|^error: Failed to load resource/)
    await screen.press('unknown user')
    await screen.waitForText('Not signed in: unknown user.')
  })
})
