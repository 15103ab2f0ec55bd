// The guide: one local page to read, run, watch and check. Everything it does, the engine of the
// command line does.
import { join } from 'node:path'
import { root } from '../paths.ts'
import { buildAssets } from '../web/index.ts'
import type { Guide } from './server.ts'

/** Serves the guide, see {@link Guide}. What it needs is loaded while its pages are bundled. */
export async function openGuide(): Promise<Guide> {
  const client = join(root, 'workshop', 'guide', 'client')
  const building = buildAssets(
    [
      { in: join(client, 'main.tsx'), out: 'guide' },
      { in: join(client, 'style', 'guide.css'), out: 'guide' },
    ],
    { modules: true },
  )
  const [server] = await Promise.all([import('./server.ts'), building])
  return server.openGuide(building)
}
