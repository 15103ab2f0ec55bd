import { expect } from 'vitest'
import { startCluster, killAllProcesses } from '../../09-cluster-chat/helpers/cluster.ts'
import {
  apart,
  isConnected,
  lists,
  messages,
  sideBySide,
  signedIn,
  write,
} from './support/chat.ts'
import { expectPageFits, pages } from './support/index.ts'

const hostile = '<img src=x onerror="window.hurt = 1">'

pages('09-cluster-chat', (test) => {
  test('computer and phone on two of four cluster workers hear each other, each message once', async (scene) => {
    const ada = await sideBySide(scene, await startCluster(scene.stage))
    const { screen, computer, phone } = ada
    const [computerOn, phoneOn] = await apart(screen, [computer, phone], ada.reloadPhone)
    for (const name of [computerOn, phoneOn]) expect(name).toMatch(/^web\.1\.[1-4]$/)
    await lists(computer, `computer on ${computerOn} (this one)`, `phone on ${phoneOn}`)
    await lists(phone, `computer on ${computerOn}`, `phone on ${phoneOn} (this one)`)
    const texts = ['from the computer', 'from the phone', hostile, 'the last one']
    for (const [i, text] of texts.entries()) {
      await write(i % 2 ? phone : computer, text)
      for (const half of [computer, phone]) await screen.waitForText(text, half)
    }
    // What comes twice has come before a later message.
    for (const half of [computer, phone]) {
      expect(await messages(half)).toEqual(texts)
      expect(await half.locator('img').count()).toBe(0)
    }
    await expectPageFits(scene, screen, 'heard')
  })

  test('devices whose cluster workers are killed go on at new ones', async (scene) => {
    const primary = await startCluster(scene.stage)
    const computer = await signedIn(scene, 'ada', 'computer', primary)
    const phone = await signedIn(scene, 'ada', 'phone', primary)
    for (const { log } of [computer, phone]) log.expect(/^error: WebSocket connection to/)
    const screens = [computer, phone]
    const dialled = screens.map(({ page }) => page.waitForEvent('websocket'))
    killAllProcesses(primary)
    // Whoever dials has noticed, and whoever is connected then is so to a new one.
    await Promise.all(dialled)
    for (const screen of screens) await isConnected(screen)
    await write(computer.page, 'still there?')
    for (const screen of screens) await screen.waitForText('still there?')
  })

  test('after SIGTERM it says that nobody is there, and no process is left', async (scene) => {
    const primary = await startCluster(scene.stage)
    const ada = await signedIn(scene, 'ada', 'phone', primary)
    ada.log.expect(/^error: WebSocket connection to/)
    primary.sendSignal('SIGTERM')
    const { orphans } = await primary.waitForExit()
    await ada.waitForText(/^(Connection lost\. Trying again|Not connected: websocket error)\.$/)
    expect(orphans).toEqual([])
  })
})
