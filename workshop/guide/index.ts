// The guide: one local page to read, run, watch and check. Everything it does, the engine of the
// command line does. `npm run wire` shows its stage and its timeline as well.
import { join } from 'node:path'
import { root } from '../paths.ts'
import { type Assets, buildAssets } from '../web/index.ts'
import type { LiveServer } from './live-server.ts'
import type { WireInfo } from './wire-server.ts'

/** Serves the guide. What it needs is loaded while its pages are bundled. */
export async function openGuide(): Promise<LiveServer> {
  const building = build()
  const [server] = await Promise.all([import('./server.ts'), building])
  return server.openGuide(building)
}

/** Serves a page that shows the traffic of programs that the workshop did not start. */
export async function openWirePage(wire: WireInfo): Promise<LiveServer> {
  const building = build()
  const [server] = await Promise.all([import('./wire-server.ts'), building])
  return server.openWirePage(building, wire)
}

function build(): Promise<Assets> {
  const client = join(root, 'workshop', 'guide', 'client')
  return buildAssets(
    [
      { in: join(client, 'main.tsx'), out: 'guide' },
      { in: join(client, 'style', 'guide.css'), out: 'guide' },
    ],
    { modules: true },
  )
}
