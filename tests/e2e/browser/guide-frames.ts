import type { FrameLocator, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** The page of the step on one of the guide's two devices. @param name `Computer` or `Phone` */
export function frameOf(page: Page, name: string): FrameLocator {
  return page.frameLocator(`iframe[title^=${name}]`)
}

/** The guide's caption of a device. */
export function captionOf(page: Page, name: string): Locator {
  return page.locator('figcaption').filter({ hasText: name })
}

/** Presses a button on a device, as soon as its script has run, which may be after it is visible. */
export async function pressOn(device: FrameLocator, name: string): Promise<void> {
  const button = device.getByRole('button', { name, exact: true })
  await expect
    .poll(() => button.evaluate((element) => 'onclick' in element && element.onclick !== null))
    .toBe(true)
  await button.click()
}

/** An item in the menu of an instance, which this opens. @param action `SIGTERM`, `Freeze`, … */
export async function menuItem(page: Page, name: string, action: string): Promise<Locator> {
  const menu = page.getByRole('menu', { name: `Stop ${name}`, exact: true })
  if (!(await menu.isVisible()))
    await page.getByRole('button', { name: `Stop ${name}`, exact: true }).click()
  return menu.getByRole('menuitem', { name: new RegExp(`^${action}`) })
}

/** Does something to an instance. @param action `SIGTERM`, `SIGKILL`, `Freeze`, `Restart`, … */
export async function actOn(page: Page, name: string, action: string): Promise<void> {
  const item = await menuItem(page, name, action)
  await item.click()
}
