import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { WrongPrograms } from '../../../workshop/check/suite.ts'
import { root } from '../../../workshop/paths.ts'

// Parts of the wrong programs of a step are spread into one object. When two have the same id, the
// later one replaces the earlier one, whose programs are then never run.

const slugs = readdirSync(join(root, 'solutions'))
const partsOf = (slug: string) => join(root, 'tests', slug, 'wrong-programs')

test.each(slugs.filter((slug) => existsSync(partsOf(slug))))(
  'no part of the wrong programs of %s replaces another one',
  async (slug) => {
    const { wrongPrograms } = await import(`${partsOf(slug)}.ts`)
    for (const file of readdirSync(partsOf(slug))) {
      const parts: WrongPrograms[] = Object.values(await import(join(partsOf(slug), file)))
      expect(parts).not.toHaveLength(0)
      for (const [id, programs] of parts.flatMap((part) => Object.entries(part)))
        expect(wrongPrograms[id], `${id} in ${file}`).toMatchObject(programs)
    }
  },
)
