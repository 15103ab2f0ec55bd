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

const hostile = '<img src=x onerror="window.attacked = 1">'

pages('09-cluster-chat', (test) => {
  test("computer and phone on two of four cluster workers receive each other's messages once", async (fixture) => {
    const ada = await sideBySide(fixture, await startCluster(fixture.testBed))
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
    // A duplicate would arrive before a later message.
    for (const half of [computer, phone]) {
      expect(await messages(half)).toEqual(texts)
      expect(await half.locator('img').count()).toBe(0)
    }
    await expectPageFits(fixture, screen, 'received')
  })

  test('devices whose cluster workers are killed reconnect to new ones', async (fixture) => {
    const primary = await startCluster(fixture.testBed)
    const computer = await signedIn(fixture, 'ada', 'computer', primary)
    const phone = await signedIn(fixture, 'ada', 'phone', primary)
    for (const { log } of [computer, phone]) log.expect(/^error: WebSocket connection to/)
    const screens = [computer, phone]
    const reconnecting = screens.map(({ page }) => page.waitForEvent('websocket'))
    killAllProcesses(primary)
    // A device that opens a new socket has lost the old one: its next connection is to a new worker.
    await Promise.all(reconnecting)
    for (const screen of screens) await isConnected(screen)
    await write(computer.page, 'still there?')
    for (const screen of screens) await screen.waitForText('still there?')
  })

  test('after SIGTERM the page shows that it is not connected, and no process is left', async (fixture) => {
    const primary = await startCluster(fixture.testBed)
    const ada = await signedIn(fixture, 'ada', 'phone', primary)
    ada.log.expect(/^error: WebSocket connection to/)
    primary.sendSignal('SIGTERM')
    const { orphans } = await primary.waitForExit()
    await ada.waitForText(/^(Connection lost\. Trying again|Not connected: websocket error)\.$/)
    expect(orphans).toEqual([])
  })
})
