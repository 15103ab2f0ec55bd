import type { FrameLocator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Endpoint } from '../../../../workshop/check/http.ts'
import { type BrowserFixture, sizes } from './browser-fixture.ts'
import type { PageDriver } from './page-driver.ts'

// What the tests of the chat's page share. Steps 7, 8 and 9 serve the same page.

/** A device in a test: a page of its own, or one within another page. */
export type ChatView = Page | FrameLocator

const connected = /^This (?:phone|computer) is connected to (\S+)\.$/

/** Opens the chat on a phone or computer, and signs a user in. */
export async function signedIn(
  fixture: BrowserFixture,
  user: string,
  device: keyof typeof sizes,
  place: Endpoint,
): Promise<PageDriver> {
  const screen = await fixture.open(`${user}'s ${device}`, place, undefined, sizes[device])
  await screen.press(user)
  await isConnected(screen)
  return screen
}

/** Waits until a device shows that it is connected. @returns the name of its process */
export async function isConnected(
  screen: PageDriver,
  half: ChatView = screen.page,
): Promise<string> {
  await screen.waitForText(connected, half)
  const line = await half.getByRole('status').innerText()
  return connected.exec(line)?.[1] ?? ''
}

/** Waits until a device shows another process than this one. */
export async function moves(screen: PageDriver, from: string): Promise<string> {
  await expect.poll(() => isConnected(screen)).not.toBe(from)
  return isConnected(screen)
}

/** Writes a message and sends it. */
export async function write(half: ChatView, text: string, to = 'grace'): Promise<void> {
  await half.getByRole('combobox', { name: 'Send to' }).selectOption(to)
  await half.getByRole('textbox', { name: 'Message' }).fill(text)
  await half.getByRole('button', { name: 'Send' }).click()
}

/** All messages that a device shows, in order. */
export function messages(half: ChatView): Promise<string[]> {
  return half.getByRole('log').locator('span').allInnerTexts()
}

/** The user's devices, as this one lists them. */
export function devices(half: ChatView): Promise<string[]> {
  return half.getByRole('list', { name: 'Your devices' }).locator('li').allInnerTexts()
}

/** Waits until a device lists exactly these, in any order. */
export async function lists(half: ChatView, ...expected: string[]): Promise<void> {
  await expect.poll(async () => (await devices(half)).toSorted()).toEqual(expected.toSorted())
}

/**
 * Both devices of a user are at different processes: until they are, one of them is loaded again,
 * and the router or the primary leads it to the next process.
 *
 * @param again loads one of them again; it signs in by itself
 */
export async function apart(
  screen: PageDriver,
  [one, other]: readonly [ChatView, ChatView],
  again: () => Promise<unknown>,
): Promise<[string, string]> {
  for (let tries = 0; tries < 8; tries++) {
    const places = await Promise.all([isConnected(screen, one), isConnected(screen, other)])
    if (places[0] !== places[1]) return places
    await again()
  }
  throw new Error('both devices are at the same process each time')
}

/** The single address that shows both devices of a user side by side. */
export async function sideBySide(fixture: BrowserFixture, place: Endpoint, user = 'ada') {
  const both = { name: place.name, url: `${place.url}/#both/${user}` }
  const screen = await fixture.open(`${user}'s devices`, both)
  const frame = (device: string) =>
    screen.page.frameLocator(`iframe[title="${user}'s ${device}"]`)
  const [computer, phone] = [frame('computer'), frame('phone')]
  const reloadPhone = () => phone.locator('body').evaluate('location.reload()')
  return { screen, computer, phone, reloadPhone }
}

/** Whether the newest message can be read without scrolling. */
export function latestInSight(half: ChatView): Promise<boolean> {
  return half
    .getByRole('log')
    .locator('p')
    .last()
    .evaluate((item) => {
      const [own, log] = [
        item.getBoundingClientRect(),
        item.parentElement?.getBoundingClientRect(),
      ]
      return log !== undefined && own.bottom <= log.bottom + 1 && own.top >= log.top
    })
}
