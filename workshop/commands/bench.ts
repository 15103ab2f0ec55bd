import { Bench } from '../bench/bench.ts'
import { check, watch } from '../bench/checks.ts'
import { machine } from '../bench/machine.ts'
import { tap } from '../bench/tap.ts'
import { clone, install, size, test } from '../bench/whole.ts'
import { UserError } from '../errors.ts'
import { WayOut } from '../supervisor/run/way-out.ts'

const sections = { size, check, watch, tap, install, clone, test }
const quick = ['size', 'check', 'watch', 'tap']

/**
 * `npm run bench [section …]`: prints how long things take, beside this machine's own limits.
 * It demands nothing: times of a shared machine prove little, their ratios more. Everything
 * is tried in copies under `.workshop/tmp`, which are removed.
 *
 * @param words sections; all quick ones when there are none
 */
export async function run(words: string[]): Promise<number> {
  const wanted = words.length > 0 ? words : quick
  const strange = wanted.find((word) => !Object.hasOwn(sections, word))
  if (strange !== undefined) {
    const names = Object.keys(sections).join(', ')
    throw new UserError(`There is nothing called "${strange}" to measure. There are: ${names}`)
  }
  const bench = new Bench()
  const wayOut = new WayOut()
  try {
    await Promise.race([measureAll(bench, wanted), wayOut.asked.promise])
    return 0
  } finally {
    await bench.clear()
    wayOut.close()
  }
}

async function measureAll(bench: Bench, wanted: string[]): Promise<void> {
  await machine(bench)
  for (const [name, section] of Object.entries(sections)) {
    if (wanted.includes(name)) await section(bench)
  }
}
