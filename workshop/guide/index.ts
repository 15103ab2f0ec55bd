// The guide: one local page to read, run, watch and check. Everything it does, the engine of the
// command line does.
import { buildAssets } from './assets.ts'
import type { Guide } from './server.ts'

/** Serves the guide, see {@link Guide}. What it needs is loaded while its pages are bundled. */
export async function openGuide(): Promise<Guide> {
  const building = buildAssets()
  const [server] = await Promise.all([import('./server.ts'), building])
  return server.openGuide(building)
}
